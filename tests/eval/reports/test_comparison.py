from __future__ import annotations

from collections.abc import Callable

import pytest
from viscript import InputError
from viscript.eval.reports.comparison import compared
from viscript.eval.reports.results import Evaluation

Make = Callable[..., Evaluation]


def test_flips_are_tested_and_shown(evaluation_of: Make) -> None:
    before = evaluation_of([True, False, False, False, False, False, False, False])
    after = evaluation_of([False, True, True, True, True, True, True, True])
    pair = compared(before, after)
    assert (len(pair.lost), len(pair.won)) == (1, 7)
    assert pair.difference == 0.75
    assert pair.low < 0.75 <= pair.high
    assert pair.p == pytest.approx(18 / 256)
    assert pair.lost[0][0].question.id == "0"
    data = pair.to_json(2)
    assert data["won"][0][1]["score"] == 1
    assert (len(data["lost"]), len(data["won"])) == (1, 2)
    assert data["flipped"] == {"lost": 1, "won": 7}


def test_only_questions_that_both_answered_count(evaluation_of: Make) -> None:
    assert compared(evaluation_of(), evaluation_of(first=4)).count == 4
    with pytest.raises(InputError, match="no question in common"):
        compared(evaluation_of(), evaluation_of(first=100))
    with pytest.raises(InputError, match="two suites"):
        compared(evaluation_of(), evaluation_of(suite="vqav2"))
