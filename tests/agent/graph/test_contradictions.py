"""Answers that say the contrary of what their own steps saw, and those that only seem to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest
from viscript import Image, Region
from viscript.agent.agent import Agent
from viscript.agent.graph.judge import judge
from viscript.agent.runs.execute import run_program

Row = Callable[..., list[Region]]


@pytest.fixture
def contradicted(seeing: Seeing, row: Row, cat: Image) -> Callable[..., list[str]]:
    """The contradictions in a program's run; `there` says how many of what there are."""

    def judged(request: str, program: str, there: Mapping[str, int]) -> list[str]:
        tools = seeing(lambda _, image, query: row(image, query, there.get(query, 0)))
        run = run_program(program, [cat], tools, record=False)
        assert run.ok, run.error
        found = [one for one in judge(request, run) if one.code == "contradiction"]
        assert all(one.wrong for one in found)
        return [one.words for one in found]

    return judged


class Seeing(Protocol):
    """Makes tools that see what a function says."""

    def __call__(self, sees: Callable[[str, Image, str], list[Region]], **backends: str) -> Any: ...


DOG, CAT = "find(image, 'dog')", "find(image, 'cat')"


@pytest.mark.parametrize(
    ("request_", "program", "there"),
    [
        ("Is there a dog?", f"answer = 'no' if exists({DOG}) else 'yes'", {"dog": 1}),
        ("Is there a dog?", f"answer = not exists({DOG})", {"dog": 1}),
        ("Is there a dog?", f"answer = not exists({DOG})", {}),
        ("Do you see dogs?", f"answer = count({DOG}) == 0", {"dog": 3}),
        ("Is there a cat and a dog?", f"answer = not ({DOG} and {CAT})", {"cat": 1, "dog": 1}),
        ("How many dogs are there?", f"answer = 0 if exists({DOG}) else 1", {"dog": 2}),
        ("How many dogs are there?", f"answer = count({DOG}) + 1", {}),
        ("How many dogs?", f"answer = 'no dogs' if exists({DOG}) else '1 dog'", {"dog": 1}),
        (
            "Crop the dog",
            f"a = {DOG}\nanswer = 'there is no dog' if exists(a) else crop(image, a)",
            {"dog": 1},
        ),
    ],
)
def test_an_answer_against_what_was_found_is_wrong(
    contradicted: Callable[..., list[str]], request_: str, program: str, there: Mapping[str, int]
) -> None:
    (words,) = contradicted(request_, program, there)
    assert "find('dog')" in words
    assert ("found nothing" in words) == (not there)


@pytest.mark.parametrize(
    ("request_", "program", "there"),
    [
        ("Is there a dog?", f"answer = exists({DOG})", {"dog": 1}),
        ("Is there a dog?", f"answer = exists({DOG})", {}),
        ("How many dogs are there?", f"answer = count({DOG})", {}),
        ("Is the street free of dogs?", f"answer = not exists({DOG})", {"dog": 1}),
        ("Are there no dogs?", f"answer = not exists({DOG})", {}),
        ("Is the dog missing?", f"answer = not exists({DOG})", {"dog": 1}),
        ("Isn't there a dog?", f"answer = not exists({DOG})", {"dog": 1}),
        ("Is the room empty?", "answer = not exists(find(image, 'person'))", {}),
        ("Is there a cat but no dog?", f"answer = {CAT} and not {DOG}", {"cat": 1, "dog": 1}),
        ("Is there a cat and a dog?", f"answer = exists({DOG}) and exists({CAT})", {"dog": 1}),
        (
            "Are there more dogs than cats?",
            f"answer = count({DOG}) > count({CAT})",
            {"dog": 1, "cat": 2},
        ),
        ("Is the number of dogs and cats here the same?", f"answer = len({DOG}) == len({CAT})", {}),
        ("Are there more than 3 dogs?", f"answer = count({DOG}) > 3", {"dog": 2}),
        (
            "How many dogs more than cats are there?",
            f"answer = count({DOG}) - count({CAT})",
            {"dog": 1, "cat": 1},
        ),
        (
            "How many dogs are at the bottom?",
            f"answer = count([x for x in {DOG} if x.box.y > 200])",
            {"dog": 2},
        ),
        ("Is there a dog at the right?", f"answer = {DOG}[0].box.x > 300", {"dog": 1}),
        (
            "Crop the dog",
            f"a = {DOG}\nanswer = crop(image, a) if exists(a) else 'there is no dog'",
            {},
        ),
    ],
)
def test_a_program_that_rightly_says_no_is_not_doubted(
    contradicted: Callable[..., list[str]], request_: str, program: str, there: Mapping[str, int]
) -> None:
    assert contradicted(request_, program, there) == []


def test_a_contradiction_is_planned_again_with_what_was_seen(
    seeing: Seeing, row: Row, scripted: Any, cat: Image, tmp_path: Path
) -> None:
    tools = seeing(lambda _, image, query: row(image, query or "dog", 1))
    planner = scripted(f"answer = not exists({DOG})", f"answer = exists({DOG})")
    agent = Agent(tools, planner, runs=tmp_path / "runs", threads=tmp_path / "threads")
    answer = agent.ask(cat, "Is there a dog?")
    assert (answer.value, answer.doubts) == (True, [])
    (attempt,) = planner.tasks[1].attempts
    assert attempt.advice == "the answer is False, but find('dog') found what was asked for"
    assert "line 1: find: [dog 0.90 at (10,10)-(40,60)]" in attempt.observations


def test_a_planner_that_insists_on_a_contradiction_gets_it_with_the_reason(
    seeing: Seeing, row: Row, scripted: Any, cat: Image, tmp_path: Path
) -> None:
    tools = seeing(lambda _, image, query: row(image, query or "dog", 1))
    planner = scripted(f"answer = not exists({DOG})")
    agent = Agent(tools, planner, runs=tmp_path / "runs", threads=tmp_path / "threads")
    answer = agent.ask(cat, "Is there a dog?")
    assert (answer.value, len(planner.tasks)) == (False, 2)
    assert "but find('dog') found what was asked for" in answer.doubts[0]
    assert answer.confidence is not None
    assert answer.confidence < 0.5
