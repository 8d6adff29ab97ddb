"""Values of earlier runs in the scope of the next program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np
import pytest
from viscript import Answer, Image
from viscript.agent.agent import Agent, Answered
from viscript.agent.graph.state import Earlier, GivenState

HALVES = 'near = half(image, "left")\nseen = [near, half(image, "right")]\nanswer = count(seen)'


@pytest.fixture
def agent(scripted: Any, agent_of: Callable[..., Agent]) -> Callable[..., tuple[Agent, Any]]:
    def make(*script: Any) -> tuple[Agent, Any]:
        planner = scripted(*script)
        return agent_of(planner), planner

    return make


def earlier(
    answer: Answer, versions: dict[str, int] | None = None, known: dict[str, str] | None = None
) -> Earlier:
    names = {"seen_1": "seen", "near_1": "near", "answer_1": "answer"}
    given = [
        GivenState(name=name, source=str(answer.run), value=one) for name, one in names.items()
    ]
    return Earlier(conversation=[], given=given, versions=versions or {}, known=known or {})


def go_on(agent: Agent, picture: Image, request: str, before: Earlier) -> Answer:
    *_, last = agent.stream(picture, request, earlier=before)
    assert isinstance(last, Answered)
    return last.answer


def test_the_next_program_names_what_an_earlier_one_made(agent: Any, coffee: Image) -> None:
    asker, planner = agent(HALVES, "answer = f'{count(seen_1)} {answer_1} {near_1.width}'")
    first = asker.ask(coffee, "How many halves are there?")
    second = go_on(asker, coffee, "Say that again", earlier(first))
    assert second.value == "2 2 300.0"
    assert planner.tasks[1].names["answer_1"] == "2"
    assert set(planner.tasks[0].names) == {"image", "images"}


def test_regions_are_carried_to_the_picture_as_it_is_after_an_edit(
    agent: Any, coffee: Image
) -> None:
    asker, _ = agent(HALVES, "answer = crop(image, near_1)")
    first = asker.ask(coffee, "How many halves are there?")
    edited = Image.from_array(255 - coffee.pixels, "edited.png")
    second = go_on(asker, edited, "Crop it", earlier(first, {coffee.digest: 0}))
    assert isinstance(second.value, Image)
    assert np.array_equal(second.value.pixels, edited.pixels[:, :300])


def test_values_whose_run_was_deleted_have_no_name(agent: Any, coffee: Image) -> None:
    asker, planner = agent(HALVES, "answer = answer_1", "answer = 7")
    first = asker.ask(coffee, "How many halves are there?")
    assert isinstance(first.run, Path)
    rmtree(first.run)
    assert go_on(asker, coffee, "How many were there?", earlier(first)).value == 7
    (problem,) = planner.tasks[2].attempts[0].diagnostics
    assert problem["code"] == "undefined-name"


def test_what_a_noun_meant_is_not_known_any_more_when_its_value_is_gone(
    agent: Any, coffee: Image
) -> None:
    asker, planner = agent(HALVES, "answer = 7")
    first = asker.ask(coffee, "How many halves are there?")
    known = {
        "halves": "[x for x in seen_1 if x != near_1]",
        "half": "[near_1]",
        "cup": "[x for x in seen_1 if x not in cup_1]",
    }
    before = earlier(first, known=known)
    go_on(asker, coffee, "Where are the halves?", before)
    assert set(planner.tasks[1].known) == {"halves", "half"}
    assert isinstance(first.run, Path)
    rmtree(first.run)
    go_on(asker, coffee, "Where are the halves?", before)
    assert planner.tasks[-1].known == {}
