"""The same thing counted two ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from viscript import Image, Region
from viscript.agent.agent import Agent
from viscript.agent.graph.judge import judge
from viscript.agent.runs.execute import run_program

Row = Callable[..., list[Region]]
BOTH = "a = find(image, '{}')\nb = [x for x in list_objects(image) if x.label == 'dog']\n"
HOW_MANY = "How many dogs are there?"


class Seeing(Protocol):
    """Makes tools that see what a function says."""

    def __call__(self, sees: Callable[[str, Image, str], list[Region]], **backends: str) -> Any: ...


@pytest.fixture
def disagreements(cat: Image) -> Callable[..., list[str]]:
    """What a program's steps count in two ways and otherwise."""

    def judged(program: str, tools: Any, request: str = HOW_MANY) -> list[str]:
        run = run_program(program, [cat], tools, record=False)
        assert run.ok, run.error
        found = [one for one in judge(request, run) if one.code == "counted-twice"]
        assert all(one.wrong for one in found)
        return [one.words for one in found]

    return judged


def test_finding_and_listing_another_number_is_a_contradiction(
    disagreements: Callable[..., list[str]], seeing: Seeing, row: Row
) -> None:
    program = BOTH.format("dogs") + "answer = max(count(a), count(b))"
    tools = seeing(lambda tool, image, _: row(image, "dog", 1 if tool == "find" else 3))
    assert disagreements(program, tools) == ["find('dogs') found 1, and list_objects names 3"]
    assert disagreements(program, tools, "Is there a dog?") == []
    same = seeing(lambda tool, image, _: row(image, "dog", 2))
    assert disagreements(program, same) == []


@pytest.mark.parametrize("query", ["brown dogs", "pets", "doglike"])
def test_what_a_query_may_narrow_or_widen_is_not_compared(
    disagreements: Callable[..., list[str]], seeing: Seeing, row: Row, query: str
) -> None:
    tools = seeing(lambda tool, image, _: row(image, "dog", 1 if tool == "find" else 3))
    assert disagreements(BOTH.format(query) + "answer = count(a) + count(b)", tools) == []


def test_a_list_without_the_name_tells_only_where_it_has_the_finders_names(
    disagreements: Callable[..., list[str]], seeing: Seeing, row: Row
) -> None:
    def sees(tool: str, image: Image, query: str) -> list[Region]:
        return row(image, "dog", 2) if tool == "find" else row(image, "cat", 1)

    program = BOTH.format("dog") + "answer = count(a) + count(b)"
    words = ["find('dog') found 2, and list_objects names 0"]
    assert disagreements(program, seeing(sees)) == words
    assert disagreements(program, seeing(sees, list_objects="other eyes")) == []


def test_the_same_asked_again_with_another_result_is_a_contradiction(
    disagreements: Callable[..., list[str]], seeing: Seeing, row: Row
) -> None:
    tools = seeing(lambda _, image, query: row(image, "dog", 1 if query == "dog" else 2))
    program = "answer = count(find(image, 'dog')) + count(find(image, 'the dogs'))"
    assert disagreements(program, tools) == [
        "find('dog') found 1, and the same asked again 2",
    ]
    other = "answer = count(find(image, 'dog')) + count(find(image, 'puppies'))"
    assert disagreements(other, tools) == []


def test_steps_that_the_answer_does_not_rest_on_may_disagree(
    disagreements: Callable[..., list[str]], seeing: Seeing, row: Row
) -> None:
    tools = seeing(lambda _, image, query: row(image, query, len(query)))
    program = "a = find(image, 'dog')\nb = find(image, 'dogs')\nanswer = count(find(image, 'cat'))"
    assert disagreements(program, tools) == []


def test_what_is_seen_faintly_may_be_missing(
    disagreements: Callable[..., list[str]], seeing: Seeing, row: Row
) -> None:
    def sees(tool: str, image: Image, query: str) -> list[Region]:
        return row(image, "dog", 1 if tool == "find" else 3, score=0.45)

    assert disagreements(BOTH.format("dog") + "answer = count(a) + count(b)", seeing(sees)) == []


def test_before_an_answer_is_given_what_was_found_is_counted_in_the_list_of_everything(
    seeing: Seeing, row: Row, scripted: Any, cat: Image, tmp_path: Path
) -> None:
    planner = scripted("answer = count(find(image, 'dog'))")

    def doubts(tools: Any) -> list[str]:
        agent = Agent(tools, planner, runs=tmp_path / "runs", threads=tmp_path / "threads")
        return list(agent.ask(cat, HOW_MANY).doubts)

    def sees(tool: str, image: Image, query: str) -> list[Region]:
        return row(image, "dog", 1 if tool == "find" else 3)

    assert doubts(seeing(sees)) == ["find('dog') found 1, and list_objects names 3"]
    assert doubts(seeing(lambda _, image, __: row(image, "dog", 3))) == []
    # Another model may not even be loaded.
    elsewhere = seeing(sees, list_objects="large eyes")
    assert doubts(elsewhere) == []
    assert {name for name, _ in elsewhere.calls} == {"find"}
