from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript import Image, ModelError, Region, tool
from viscript.agent.agent import Agent, Answered
from viscript.agent.graph.dependencies import Limits
from viscript.agent.graph.events import Drawing, StepFinished
from viscript.agent.graph.record import read_record
from viscript.agent.graph.vote import agree, dissent, grouped
from viscript.tools.values import Box, ImageLike

AgentOf = Callable[..., Agent]

TWO = 'answer = count(spot(image, "thing"))'
THREE = 'answer = count(spot(image, "thing")) + 1'
BROKEN = "answer = missing"


@tool(reads_pixels=True)
def spot(image: ImageLike, query: str) -> list[Region]:
    """Finds what is asked for, twice.

    Args:
        image: the picture.
        query: what to find.
    """
    assert isinstance(image, Image)
    found = Region(image, Box(1, 1, 5, 6), query, 0.9)
    return [found, found.but(box=Box(10, 1, 15, 6))]


@pytest.fixture
def voted(agent_of: AgentOf, scripted: Any, cat: Image) -> Callable[..., tuple[Any, Any]]:
    """Asks for a number with one vote a program; returns the answer and the planner."""

    def ask(*programs: Any, **limits: int) -> tuple[Any, Any]:
        planner = scripted(*programs)
        kept = Limits(votes=len(programs), repairs=0, **limits)
        agent = agent_of(planner, [spot], limits=kept)
        return agent.ask(cat, "How many things are there?"), planner

    return ask


def test_the_answer_of_most_programs_counts_whichever_came_first(
    voted: Callable[..., tuple[Any, Any]],
) -> None:
    answer, planner = voted(THREE, TWO, TWO)
    assert (answer.value, answer.program.strip()) == (2, TWO)
    assert answer.votes == [{"answer": "2", "programs": 2}, {"answer": "3", "programs": 1}]
    assert [task.draw for task in planner.tasks] == [0, 1, 2]
    assert [list(task.attempts) for task in planner.tasks] == [[], [], []]


def test_disagreement_lowers_the_confidence_and_is_shown(
    voted: Callable[..., tuple[Any, Any]],
) -> None:
    same, _ = voted(TWO, TWO, TWO)
    assert (same.confidence, same.doubts) == (1.0, [])
    split, _ = voted(TWO, THREE, TWO)
    assert split.confidence == pytest.approx(0.67)
    assert split.doubts == ["only 2 of 3 programs came to this answer; others came to: 3"]
    assert split.run is not None
    assert read_record(split.run).votes == split.votes


def test_of_a_tie_the_first_answer_is_given_and_it_is_said_to_be_unsure(
    voted: Callable[..., tuple[Any, Any]],
) -> None:
    answer, _ = voted(THREE, TWO)
    assert answer.value == 3
    assert answer.confidence < 0.5
    assert "(a tie)" in answer.doubts[0]


def test_of_a_tie_the_answer_that_the_rules_doubt_less_is_given(
    voted: Callable[..., tuple[Any, Any]],
) -> None:
    # A guess rests on nothing that was seen.
    assert voted("answer = 7", TWO)[0].value == 2


def test_a_program_that_fails_has_no_vote_but_counts_as_asked(
    voted: Callable[..., tuple[Any, Any]],
) -> None:
    answer, _ = voted(BROKEN, TWO, BROKEN)
    assert answer.value == 2
    assert answer.doubts == ["only 1 of 3 programs came to this answer"]
    assert len(answer.attempts) == 3
    lost, _ = voted(BROKEN, BROKEN)
    assert not lost.ok
    assert "in 2 tries" in lost.error.message


def test_a_program_may_be_repaired_before_it_votes(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted(BROKEN, TWO, BROKEN, TWO)
    agent = agent_of(planner, [spot], limits=Limits(votes=2, repairs=1))
    answer = agent.ask(cat, "How many things are there?")
    assert (answer.value, answer.doubts) == (2, [])
    assert [(task.draw, len(task.attempts)) for task in planner.tasks] == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    ]


def test_tools_run_once_for_all_programs(agent_of: AgentOf, scripted: Any, cat: Image) -> None:
    agent = agent_of(scripted(TWO, THREE, TWO), [spot], limits=Limits(votes=3))
    events = list(agent.stream(cat, "How many things are there?"))
    spots = [one for one in events if isinstance(one, StepFinished) and one.tool == "spot"]
    assert [one.cached for one in spots] == [False, True, True]
    answered = events[-1]
    assert isinstance(answered, Answered)
    # The steps are those of one program, and the calls those of all.
    assert len(answered.answer.steps) == 2
    assert (answered.answer.calls, answered.answer.cached) == (6, 4)
    assert [one.number for one in events if isinstance(one, Drawing)] == [2, 3]


def test_votes_that_were_given_are_kept_when_the_planner_fails(
    agent_of: AgentOf, scripted: Any, cat: Image
) -> None:
    planner = scripted(TWO, ModelError("the server is not up"), TWO)
    agent = agent_of(planner, [spot], limits=Limits(votes=2))
    with pytest.raises(ModelError):
        agent.ask(cat, "How many things are there?", thread="mine")
    answer = agent.resume("mine")
    assert answer.votes == [{"answer": "2", "programs": 2}]
    assert [task.draw for task in planner.tasks] == [0, 1, 1]


def _region(left: float, label: str = "dog") -> Region:
    image = Image.from_array(np.zeros((20, 40, 3), np.uint8))
    return Region(image, Box(left, 0, left + 10, 10), label)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, "yes"),
        ("Red.", "red"),
        (3, "3"),
        (_region(0), _region(2, "puppy")),
        ([_region(0), _region(20)], [_region(21), _region(1)]),
        (["a", "b"], ("A", "b")),
    ],
)
def test_answers_that_say_the_same_agree(one: object, other: object) -> None:
    assert agree(one, other)
    assert agree(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, False),
        (2, 3),
        ("red", "blue"),
        (_region(0), _region(20)),
        ([_region(0)], [_region(0), _region(20)]),
        ([_region(0), _region(1)], [_region(0), _region(20)]),
        (["a", "b"], ["b", "a"]),
        (_region(0), "dog"),
        ([], None),
    ],
)
def test_answers_that_differ_do_not(one: object, other: object) -> None:
    assert not agree(one, other)
    assert not agree(other, one)


@given(st.lists(st.integers(0, 3), max_size=12))
def test_groups_hold_every_answer_once_the_largest_first(answers: list[int]) -> None:
    groups = grouped(answers, lambda one, other: one == other)
    assert sorted(number for group in groups for number in group) == list(range(len(answers)))
    assert all(len({answers[number] for number in group}) == 1 for group in groups)
    sizes = [(-len(group), group[0]) for group in groups]
    assert sizes == sorted(sizes)


@given(st.integers(1, 9), st.integers(0, 9))
def test_fewer_votes_are_a_larger_doubt(votes: int, others: int) -> None:
    found = dissent([votes], votes + others, [])
    assert bool(found) == bool(others)
    if others > 1:
        fewer = dissent([votes], votes + others - 1, [])
        assert fewer[0].weight <= found[0].weight
