"""A narrower kind asked for than was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest
from viscript import Image, Region
from viscript.agent.graph.judge import judge
from viscript.agent.runs.execute import run_program
from viscript.tools.toolbox import Toolbox


class Seeing(Protocol):
    """Makes tools that see what a function says."""

    def __call__(self, sees: Callable[[str, Image, str], list[Region]], **backends: str) -> Any: ...


WHETHER = "answer = exists(find(image, '{}'))"


@pytest.fixture
def doubts(cat: Image) -> Callable[..., list[str]]:
    """Which words of a program were taken for any of a kind, by the findings about its run."""

    def judged(program: str, request: str, tools: Any) -> list[str]:
        run = run_program(program, [cat], tools, record=False)
        assert run.ok, run.error
        found = [one for one in judge(request, run) if one.code == "broader"]
        assert not any(one.wrong for one in found)
        return [one.words for one in found]

    return judged


@pytest.fixture
def persons(seeing: Seeing, row: Callable[..., list[Region]]) -> Any:
    """Tools that find two persons whatever is looked for."""
    return seeing(lambda _tool, image, _query: row(image, "person", 2))


def test_a_yes_to_a_nurse_says_that_any_person_was_taken_for_one(
    doubts: Callable[..., list[str]], persons: Any
) -> None:
    program = WHETHER.format("nurse")
    assert doubts(program, "Is there a nurse?", persons) == [
        "find('nurse') took any person for 'nurse': it can't tell them apart"
    ]
    count = "answer = count(find(image, 'babies'))"
    assert doubts(count, "How many babies are there?", persons) == [
        "find('babies') took any person for 'babies': it can't tell them apart"
    ]


def test_what_selects_a_narrower_kind_is_doubted_too(astronaut: Image) -> None:
    program = "answer = exists(select(find(image, 'people'), 'professionals'))"
    tools = Toolbox.load("embedded", cache=None)
    run = run_program(program, [astronaut], tools, record=False)
    assert run.answer is True
    (words,) = [one.words for one in judge("Are they professionals?", run) if one.code == "broader"]
    assert words.startswith("select('professionals') took any person")


def test_a_category_is_doubted_like_a_query(astronaut: Image) -> None:
    program = "answer = exists(select(find(image, 'people'), 'largest', category='nurse'))"
    tools = Toolbox.load("embedded", cache=None)
    run = run_program(program, [astronaut], tools, record=False)
    assert run.answer is True
    assert [one.code for one in judge("Is there a nurse?", run)] == ["broader"]


def test_a_choice_between_narrower_kinds_is_doubted(
    doubts: Callable[..., list[str]], persons: Any
) -> None:
    program = (
        "a = count(find(image, 'men'))\nb = count(find(image, 'women'))\n"
        "answer = 'men' if a > b else 'women' if b > a else 'the same number'"
    )
    (words,) = doubts(program, "Are these men or women?", persons)
    assert words.startswith("find('men') took any person")


def test_a_no_is_not_doubted(doubts: Callable[..., list[str]], persons: Any) -> None:
    program = "answer = count(find(image, 'nurses')) > 5"
    assert doubts(program, "Are there more than 5 nurses?", persons) == []


@pytest.mark.parametrize("word", ["person", "people", "someone", "human", "unicorn"])
def test_another_name_of_what_was_found_is_not_doubted(
    word: str, doubts: Callable[..., list[str]], persons: Any
) -> None:
    assert doubts(WHETHER.format(word), f"Is there a {word}?", persons) == []


def test_a_nurse_taken_for_granted_is_not_doubted(
    doubts: Callable[..., list[str]], persons: Any
) -> None:
    program = "answer = find(image, 'nurse')[0].label"
    assert doubts(program, "What is the nurse?", persons) == []


def test_a_detector_that_knows_nurses_is_not_doubted(
    doubts: Callable[..., list[str]], seeing: Seeing, row: Callable[..., list[Region]]
) -> None:
    tools = seeing(lambda _tool, image, query: row(image, query, 1))
    assert doubts(WHETHER.format("nurse"), "Is there a nurse?", tools) == []
