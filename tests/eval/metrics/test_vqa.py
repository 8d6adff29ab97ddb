"""VQA's metric, on cases worked by hand."""

from __future__ import annotations

import pytest
from viscript.eval.metrics.vqa import normalised, soft_accuracy


@pytest.mark.parametrize(
    ("agree", "score"), [(0, 0.0), (1, 0.3), (2, 0.6), (3, 0.9), (4, 1.0), (9, 1.0), (10, 1.0)]
)
def test_an_answer_is_as_right_as_people_agree(agree: int, score: float) -> None:
    # Of 10 people, 3 say so: leaving one of the three out leaves 2/3, three times; 1 seven times.
    answers = ["dog"] * agree + [f"cat {number}" for number in range(10 - agree)]
    assert soft_accuracy("dog", answers) == pytest.approx(score)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The Dog.", "dog"),
        ("two", "2"),
        ("None", "0"),
        ("1,000 people", "1000 people"),
        ("3.5", "3.5"),
        ("3.", "3"),
        ("red,blue", "red blue"),
        ("red, blue", "red blue"),
        ("t-shirt", "t shirt"),
        ("black/white", "black white"),
        ("dont know", "don't know"),
        ("couldnt've", "couldn't've"),
        ("'ows'at", "'ow's'at"),
        ("ow's'at", "'ow's'at"),
        ("somebody'd", "somebodyd"),
        ("its a dog!", "its dog"),
        ("yes?", "yes"),
        ("an  umbrella ", "umbrella"),
    ],
)
def test_answers_are_normalised_as_the_official_evaluation_does(text: str, plain: str) -> None:
    assert normalised(text) == plain


@pytest.mark.parametrize(
    ("given", "answers", "score"),
    [
        ("The dog.", ["dog"], 1.0),
        ("cat", ["dog"], 0.0),
        ("A", ["a"], 1.0),
        ("dog", ["dog", "Dog"], 1.0),
        ("dog", ["dog", "cat"], 0.5),
        ("dog", ["dog"] * 3, 1.0),
        ("dog", ["dog", "dog", "cat"], 2 / 3),
        # With four, leaving one out leaves the three who are enough.
        ("dog", ["dog"] * 4, 1.0),
        ("dog", [], 0.0),
        ("", [""], 0.0),
    ],
)
def test_of_a_few_people_nobody_is_left_out(given: str, answers: list[str], score: float) -> None:
    assert soft_accuracy(given, answers) == pytest.approx(score)


def test_articles_may_be_kept() -> None:
    assert normalised("A is the closer one.", articles=True) == "a is the closer 1"


def test_answers_that_all_people_gave_alike_are_compared_as_they_are() -> None:
    assert soft_accuracy("The dog", ["dog"] * 10) == 0
    assert soft_accuracy("dog\n", ["dog"] * 10) == 1


def test_answers_of_people_who_disagree_are_compared_normalised() -> None:
    answers = ["two"] * 5 + ["2"] * 2 + ["many"] * 3
    assert soft_accuracy("2", answers) == 1
    assert soft_accuracy("Two.", answers) == 1
