from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.eval.metrics.intervals import bootstrap, interval, wilson


def test_the_interval_of_a_share_is_wilsons() -> None:
    # Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(0, 0) == (0, 1)


@given(st.integers(0, 50), st.integers(1, 50))
def test_a_share_lies_in_its_interval(right: int, total: int) -> None:
    right = min(right, total)
    low, high = wilson(right, total)
    assert -1e-12 <= low - 1e-12 <= right / total <= high + 1e-12 <= 1 + 1e-9


def test_the_interval_of_a_mean_narrows_with_more_values() -> None:
    few, many = bootstrap([0.0, 0.6, 1.0] * 5), bootstrap([0.0, 0.6, 1.0] * 100)
    assert few[0] < many[0] < 1.6 / 3 < many[1] < few[1]
    # Normal approximation: the standard error of 300 such values is .0239.
    assert many == pytest.approx((0.533 - 0.047, 0.533 + 0.047), abs=0.006)
    assert bootstrap([0.0, 0.6, 1.0]) == bootstrap([0.0, 0.6, 1.0])


@given(st.permutations([0.0, 0.3, 0.3, 0.6, 0.9, 1.0, 1.0, -0.6]))
def test_the_order_of_the_values_does_not_matter(values: list[float]) -> None:
    assert bootstrap(values, 200) == bootstrap(sorted(values, reverse=True), 200)


def test_scores_between_right_and_wrong_are_resampled() -> None:
    assert interval([1.0, 0.0, 1.0]) == wilson(2, 3)
    assert interval([0.3, 0.6, 1.0]) == bootstrap([0.3, 0.6, 1.0])
