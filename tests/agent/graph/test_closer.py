"""Faint regions are looked at from nearby, and no look holds an answer back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
from viscript import CancelledError, Image, ModelError, Region
from viscript.agent.agent import Agent
from viscript.agent.graph.closer import MOST_REGIONS, Closeup
from viscript.agent.graph.dependencies import Limits
from viscript.tools.cancellation import Cancellation
from viscript.tools.values import Box

Row = Callable[..., list[Region]]
PROGRAM = "answer = count(find(image, 'dog'))"
HOW_MANY = "How many dogs are there?"


class Seeing(Protocol):
    """Makes tools that see what a function says."""

    def __call__(self, sees: Callable[[str, Image, str], list[Region]], **backends: str) -> Any: ...


@pytest.fixture
def ask(scripted: Any, cat: Image, tmp_path: Path) -> Callable[..., Any]:
    """The answer of a program, with what is looked at again."""

    def answer(tools: Any, token: Cancellation | None = None, **limits: float) -> Any:
        places = {"runs": tmp_path / "runs", "threads": tmp_path / "threads"}
        agent = Agent(tools, scripted(PROGRAM), limits=Limits(**limits), **places)  # pyright: ignore[reportArgumentType]
        return agent.ask(cat, HOW_MANY, cancellation=token)

    return answer


def test_a_closeup_shows_the_region_in_its_middle_larger() -> None:
    pixels = np.zeros((300, 400, 3), np.uint8)
    pixels[100:120, 200:240] = 255
    region = Region(Image.from_array(pixels), Box(200, 100, 240, 120), "dog", 0.33)
    closeup = Closeup.of(region)
    assert closeup is not None
    assert closeup.image.size == (320, 160)
    assert closeup.image.pixels[80, 160].min() > 200
    assert closeup.image.pixels[10, 10].max() < 50
    seen = Region(closeup.image, Box(80, 40, 240, 120), "dog", 0.8)
    assert closeup.shows(seen, region)
    assert not closeup.shows(seen.but(label="cat"), region)
    assert not closeup.shows(seen.but(score=0.35), region)
    assert not closeup.shows(seen.but(box=Box(0, 0, 80, 40)), region)


def test_a_closeup_of_most_of_the_picture_is_none(cat: Image) -> None:
    assert Closeup.of(Region(cat, Box(50, 50, 400, 280), "cat", 0.33)) is None


def is_closer(image: Image) -> bool:
    return image.origin.endswith("closer")


def middle(image: Image) -> Region:
    """What is in the middle of a closeup."""
    width, height = image.size
    box = Box(width / 4, height / 4, width * 3 / 4, height * 3 / 4)
    return Region(image, box, "dog", 0.8)


def faintly(row: Row, count: int, nearby: bool) -> Callable[[str, Image, str], list[Region]]:
    """Eyes that see some dogs faintly, and from nearby surely or not at all."""

    def sees(_: str, image: Image, __: str) -> list[Region]:
        if is_closer(image):
            return [middle(image)] if nearby else []
        return row(image, "dog", count, score=0.33)

    return sees


def test_what_is_seen_from_nearby_is_not_doubted(
    ask: Callable[..., Any], seeing: Seeing, row: Row
) -> None:
    answer = ask(seeing(faintly(in_the_middle(row), 1, nearby=True)))
    assert (answer.value, answer.doubts, answer.confidence) == (1, [], 1.0)


def in_the_middle(row: Row) -> Row:
    """The regions of a row, away from the edges, where a closeup has something on each side."""

    def make(image: Image, label: str, count: int, score: float) -> list[Region]:
        return [
            one.but(box=Box(one.box.left, 110, one.box.right, 160))
            for one in row(image, label, count + 1, score)[1:]
        ]

    return make


def test_what_is_not_seen_from_nearby_is_doubted_more(
    ask: Callable[..., Any], seeing: Seeing, row: Row
) -> None:
    answer = ask(seeing(faintly(row, 1, nearby=False)))
    assert list(answer.doubts) == [
        "1 of 1 that find('dog') found are faint (0.33)",
        "a closer look does not confirm what find('dog') found: dog 0.33 at (10,10)-(40,60)",
    ]
    assert answer.confidence < 0.5


def test_only_a_few_faint_regions_are_looked_at_and_the_others_stay_doubted(
    ask: Callable[..., Any], seeing: Seeing, row: Row
) -> None:
    tools = seeing(faintly(in_the_middle(row), MOST_REGIONS + 2, nearby=True))
    answer = ask(tools)
    assert sum(is_closer(image) for _, image in tools.calls) == MOST_REGIONS
    assert ["are faint" in one for one in answer.doubts] == [True]


def test_sure_regions_cost_no_closer_look(
    ask: Callable[..., Any], seeing: Seeing, row: Row
) -> None:
    tools = seeing(lambda _, image, __: row(image, "dog", 3))
    assert ask(tools).doubts == []
    assert not any(is_closer(image) for _, image in tools.calls)


@pytest.fixture
def released() -> Generator[threading.Event]:
    """Lets tools that hang go on, once the test is over."""
    event = threading.Event()
    yield event
    event.set()


def test_a_look_that_hangs_does_not_hold_the_answer_back(
    ask: Callable[..., Any], seeing: Seeing, row: Row, released: threading.Event
) -> None:
    hung: list[str] = []

    def sees(_: str, image: Image, __: str) -> list[Region]:
        if "mirrored" in image.origin or is_closer(image):
            hung.append(image.origin)
            released.wait(60)
        return row(image, "dog", 2, score=0.33)

    answer = ask(seeing(sees), step_seconds=0.5)
    assert answer.value == 2
    assert "find('dog') can't look at the picture mirrored: find took longer than 0.5 s" in (
        answer.doubts
    )
    # One that is late is enough: the answer is there.
    assert len(hung) == 1


def test_a_look_that_fails_is_told_and_the_answer_stays(
    ask: Callable[..., Any], seeing: Seeing, row: Row
) -> None:
    def sees(_: str, image: Image, __: str) -> list[Region]:
        if "mirrored" in image.origin:
            raise ModelError("there is no memory left")
        return row(image, "dog", 2)

    answer = ask(seeing(sees))
    assert (answer.value, list(answer.doubts)) == (
        2,
        ["find('dog') can't look at the picture mirrored: there is no memory left"],
    )


def test_a_person_who_stops_the_request_stops_its_second_look(
    ask: Callable[..., Any], seeing: Seeing, row: Row, released: threading.Event
) -> None:
    token = Cancellation()

    def sees(_: str, image: Image, __: str) -> list[Region]:
        if "mirrored" in image.origin:
            token.cancel("enough")
            released.wait(60)
        return row(image, "dog", 2)

    with pytest.raises(CancelledError, match="enough"):
        ask(seeing(sees), token)
