from __future__ import annotations

import math

import pytest
from viscript.eval.metrics.entailed import entailed_consistency


def test_what_follows_from_right_answers_counts() -> None:
    scores = {"a": 1.0, "b": 1.0, "c": 0.0, "d": 0.0}
    # a: of b (right) and c (wrong) half; b: of a all; d is wrong, what it entails doesn't count.
    entailed = {"a": ["a", "b", "c"], "b": ["a", "not asked"], "d": ["a"]}
    assert entailed_consistency(scores, entailed) == pytest.approx((0.5 + 1) / 2)


def test_without_entailed_questions_there_is_no_consistency() -> None:
    assert math.isnan(entailed_consistency({"a": 1.0}, {"a": ["a", "b"]}))
    assert math.isnan(entailed_consistency({"a": 0.0, "b": 1.0}, {"a": ["b"]}))
