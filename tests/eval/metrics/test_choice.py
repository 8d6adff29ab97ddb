from __future__ import annotations

import math

import pytest
from viscript.eval.metrics.choice import chosen, mean_over_tasks

CHOICES = ["the left one", "the right one", "yes"]


@pytest.mark.parametrize(
    ("given", "choice"),
    [
        ("B", 1),
        ("b.", 1),
        ("(C)", 2),
        ("(B) the left one", 1),
        ("The left one.", 0),
        ("It is the right one", 1),
        ("yes", 2),
        ("(A) or (B)", None),
        ("the left one or the right one", None),
        ("(D)", None),
        ("neither", None),
        ("", None),
    ],
)
def test_an_answer_means_a_choice_by_its_letter_or_its_words(
    given: str, choice: int | None
) -> None:
    assert chosen(given, CHOICES) == choice


@pytest.mark.parametrize(
    ("given", "choice"),
    [
        ("A is closer", 0),
        ("B is closer to the camera", 1),
        ("a is closer.", 0),
        ("It is B.", None),
        ("is closer", None),
        ("A is closer than B is closer", None),
    ],
)
def test_the_letter_a_is_no_article(given: str, choice: int | None) -> None:
    assert chosen(given, ["A is closer", "B is closer"]) == choice


def test_a_choice_is_meant_by_all_its_words() -> None:
    points = ["Point A", "Point B", "Point C"]
    assert chosen("It is Point B", points) == 1
    assert chosen("It is a point", points) is None


def test_each_task_counts_alike() -> None:
    scores = [("Counting", 1.0), ("Counting", 1.0), ("Depth", 0.0), ("Counting", 0.0)]
    assert mean_over_tasks(scores) == pytest.approx((2 / 3 + 0) / 2)
    assert math.isnan(mean_over_tasks([]))
