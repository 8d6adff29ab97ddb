from __future__ import annotations

import pytest
from viscript.eval.metrics.exact import consistency, exact_match


@pytest.mark.parametrize(
    ("given", "right"), [("The dog.", 1), ("dog", 1), ("dogs", 0), ("", 0), ("a big dog", 0)]
)
def test_an_answer_is_right_when_it_is_the_answer(given: str, right: float) -> None:
    assert exact_match(given, ["dog"]) == right


@pytest.mark.parametrize(
    ("given", "answer", "right"),
    [
        ("A", "A", 1),
        ("a.", "A", 1),
        ("B", "A", 0),
        ("", "A", 0),
        ("the", "A", 0),
        ("A", "a dog", 0),
        ("?", "?", 1),
        ("!", "?", 0),
        ("", "", 0),
    ],
)
def test_an_answer_of_which_normalisation_leaves_nothing_is_compared_all_the_same(
    given: str, answer: str, right: float
) -> None:
    assert exact_match(given, [answer]) == right


def test_any_of_several_right_answers_will_do() -> None:
    assert exact_match("grey", ["gray", "grey"]) == 1


def test_a_group_counts_only_when_each_of_its_questions_is_right() -> None:
    # Three sentences: 2 of 2 right, 1 of 2, 1 of 1.
    scores = [("a", 1.0), ("b", 1.0), ("a", 1.0), ("b", 0.0), ("c", 1.0)]
    assert consistency(scores) == pytest.approx(2 / 3)
    assert consistency([]) == 0
