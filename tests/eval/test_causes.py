"""Why answers are wrong."""

from __future__ import annotations

import pytest
from viscript.eval.causes import CAUSES, cause_of, form_of
from viscript.eval.record import Failure, Record
from viscript.eval.suites import suite_named
from viscript.eval.suites.suite import Question

EASY, OWN = suite_named("easy-vqa"), suite_named("jsonl")
BLUE_CIRCLE = {"shape": "circle", "color": "blue"}


@pytest.mark.parametrize("failure", ["no program", "check failed", "step failed"])
def test_a_failure_is_its_own_cause(failure: Failure) -> None:
    record = Record(failure=failure)
    assert cause_of(OWN, Question("1", [], "How many?", ["2"]), record) == failure
    assert failure in CAUSES


@pytest.mark.parametrize(
    ("text", "answers", "cause"),
    [
        ("a red circle", ["red"], "wrong answer form"),
        ("yes", ["2"], "wrong answer form"),
        ("3", ["two"], "program or tool"),
        ("I have no tool for that", ["yes"], "declined"),
        ("green", ["red", "dark red"], "program or tool"),
        ("redder", ["red"], "program or tool"),
    ],
)
def test_another_form_is_told_from_another_answer(
    text: str, answers: list[str], cause: str
) -> None:
    assert cause_of(OWN, Question("1", [], "?", answers), Record(text=text)) == cause


@pytest.mark.parametrize("suite", ["refcoco", "tagging", "detection", "editing"])
def test_where_regions_are_right_words_have_no_form(suite: str) -> None:
    question, record = Question("1", [], "?", ["person"]), Record(text="person 0.93 at 1, 2, 3, 4")
    assert cause_of(suite_named(suite), question, record) == "program or tool"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("(C)", "program or tool"),
        ("2", "program or tool"),
        ("(A) or (B)", "wrong answer form"),
        ("yes", "wrong answer form"),
    ],
)
def test_another_choice_is_another_answer_and_no_other_form(text: str, cause: str) -> None:
    question = Question("1", [], "?", ["1"], truth={"choices": ["0", "1", "2"], "right": 1})
    assert cause_of(suite_named("blink"), question, Record(text=text)) == cause


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("answer = color_of(find(image, 'circle')[0])", "tool's wrong result"),
        ("answer = color_of(find(image, 'triangle')[0])", "wrong program"),
    ],
)
def test_true_tools_tell_a_wrong_program_from_a_wrong_tool(program: str, cause: str) -> None:
    question = Question("1", [], "What color is the circle?", ["blue"], truth=BLUE_CIRCLE)
    record = Record(text="green", program=program)
    assert cause_of(EASY, question, record) == cause


def test_on_scenes_only_the_program_can_be_wrong() -> None:
    scenes = suite_named("scenes")
    assert cause_of(scenes, scenes.read(None)[0], Record(text="3")) == "wrong program"


def test_answers_have_forms() -> None:
    assert [form_of(one) for one in ("yes", "12", "3.5", "two dogs")] == [
        "yes/no",
        "number",
        "number",
        "words",
    ]
