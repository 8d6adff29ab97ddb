"""easy-VQA, from its package."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from viscript import InputError
from viscript.eval.suites.easy_vqa import SUITE, read
from viscript.eval.suites.suite import Given, Question


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return read(None)


def test_the_test_split_is_complete(questions: list[Question]) -> None:
    assert len(questions) == len({one.id for one in questions}) == 9673
    assert len({one.images[0] for one in questions}) == 1000
    kinds = [one.kind for one in questions]
    assert kinds.count("yes/no") == 7136
    assert all(one.images[0].is_file() for one in questions[:50])


def test_questions_on_a_picture_follow_each_other(questions: list[Question]) -> None:
    pictures = [one.images[0] for one in questions]
    assert sum(before != after for before, after in pairwise(pictures)) == 999


def test_either_spelling_of_grey_is_right(questions: list[Question]) -> None:
    grey = next(one for one in questions if "gray" in one.answers)
    assert SUITE.score(grey, Given("grey")) == SUITE.score(grey, Given("Gray")) == 1
    assert SUITE.score(grey, Given("green")) == 0


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        ("answer = count(find(image, 'blue circle'))", "1"),
        ("answer = exists(find(image, 'triangle'))", "no"),
        ("answer = exists(find(image, 'gray shape'))", "no"),
        ("answer = color_of(find(image, 'shape')[0])", "blue"),
        ("answer = list_objects(image)[0].label", "circle"),
        ("answer = exists(select(find(image, 'shapes'), 'red'))", "no"),
    ],
)
def test_true_tools_know_the_shape_and_its_colour(program: str, answer: str) -> None:
    assert SUITE.truth is not None
    asked = Question("1", [], "?", ["?"], truth={"shape": "circle", "color": "blue"})
    given = SUITE.truth(asked, program)
    assert given is not None
    assert given.text == answer


def test_a_picture_of_which_too_little_is_told_has_no_true_tools() -> None:
    assert SUITE.truth is not None
    assert (
        SUITE.truth(Question("1", [], "?", ["?"], truth={"shape": "circle"}), "answer = 1") is None
    )


@pytest.mark.parametrize(
    "text", ['{"a": 1}', '[["q", "yes", 1e999]]', '[["q", "yes", NaN]]', "[" * 100_000]
)
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "questions.json").write_text(text, "utf-8")
    with pytest.raises(InputError, match="not easy-VQA") as refused:
        read(tmp_path)
    assert "number of the picture" in refused.value.hint


def test_questions_that_are_answered_yes_tell_what_is_there(questions: list[Question]) -> None:
    known = [one for one in questions if {"shape", "color"} <= one.truth.keys()]
    assert len(known) > 0.8 * len(questions)
    for one in known[:400]:
        named = {"shape": one.truth["shape"], "color": one.truth["color"]}
        if one.kind != "yes/no":
            assert named[one.kind] in one.answers
