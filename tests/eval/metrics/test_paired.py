from __future__ import annotations

import pytest
from viscript.eval.metrics.paired import mcnemar


def test_uneven_splits_are_unlikely_by_chance() -> None:
    # 1 of 8 or fewer heads: (1 + 8) / 256, on both sides.
    assert mcnemar(1, 7) == pytest.approx(18 / 256)
    assert mcnemar(7, 1) == mcnemar(1, 7)
    assert mcnemar(0, 10) == pytest.approx(2 / 1024)


def test_even_splits_and_no_difference_are_likely() -> None:
    assert mcnemar(5, 5) == 1
    assert mcnemar(0, 0) == 1


def test_thousands_of_differences_are_no_trouble() -> None:
    assert 0 < mcnemar(2000, 2300) < 1e-4
