"""How many silent faults of tools are noticed, and how many honest answers are doubted."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Image, Region, Toolbox
from viscript.agent.agent import Agent
from viscript.agent.graph.crosscheck import mirrored
from viscript.tools.cache import MemoryCache
from viscript.tools.cancellation import Cancellation
from viscript.tools.profile import load_profile
from viscript.tools.registry import Registry
from viscript.tools.toolbox import Invocation
from viscript.tools.values import Box

Corruption = Callable[[list[Region], Image, random.Random], list[Region]]


def lose_one(found: list[Region], image: Image, chance: random.Random) -> list[Region]:
    gone = chance.randrange(len(found))
    return [one for number, one in enumerate(found) if number != gone]


def invent_one(found: list[Region], image: Image, chance: random.Random) -> list[Region]:
    left, top = chance.uniform(0, image.width / 2), chance.uniform(0, image.height / 2)
    box = Box(left, top, left + image.width / 4, top + image.height / 4)
    return [*found, found[0].but(box=box, score=0.8)]


def move_one(found: list[Region], image: Image, chance: random.Random) -> list[Region]:
    one = found[0]
    side = -one.box.left if one.box.x > image.width / 2 else image.width - one.box.right
    shift = max(abs(side), one.box.width) * (1 if side > 0 else -1)
    box = Box(one.box.left + shift, one.box.top, one.box.right + shift, one.box.bottom)
    return [one.but(box=box), *found[1:]]


class Faulty(Toolbox):
    """The embedded tools; what `find` returns for one picture is corrupted on its way."""

    picture: Image | None = None
    corruption: Corruption | None = None
    chance = random.Random(0)

    def invoke(
        self,
        name: str,
        arguments: Mapping[str, object],
        *,
        cancellation: Cancellation | None = None,
    ) -> Invocation:
        made = super().invoke(name, arguments, cancellation=cancellation)
        if name != "find" or self.corruption is None or arguments["image"] != self.picture:
            return made
        assert self.picture is not None
        return made._replace(value=self.corruption(made.value, self.picture, self.chance))


@pytest.fixture(scope="module")
def tools() -> Faulty:
    return Faulty(load_profile("embedded"), Registry.standard(), MemoryCache())


@pytest.fixture
def ask(tools: Faulty, scripted: Any, tmp_path: Path) -> Callable[..., Any]:
    """Counts what a word names in a picture, with a corruption or none."""

    def run(image: Image, query: str, corruption: Corruption | None = None) -> Any:
        tools.picture, tools.corruption = image, corruption
        planner = scripted(f'answer = count(find(image, "{query}"))')
        agent = Agent(tools, planner, runs=tmp_path / "runs", threads=tmp_path / "threads")
        return agent.ask(image, f"How many: {query}?")

    return run


def scenes(*pictures: tuple[Image, str]) -> list[tuple[Image, str]]:
    """The pictures, and each brighter, darker and cropped: the detector sees another one."""
    made: list[tuple[Image, str]] = []
    for image, query in pictures:
        pixels = image.pixels
        made.append((image, query))
        made.append((Image.from_array((pixels * 0.8).astype(np.uint8)), query))
        made.append((Image.from_array((255 - (255 - pixels) * 0.8).astype(np.uint8)), query))
        made.append((Image.from_array(pixels[8:, 8:]), query))
    return made


def test_silent_faults_are_noticed_and_honest_answers_mostly_are_not_doubted(
    ask: Callable[..., Any],
    astronaut: Image,
    coffee: Image,
    cat: Image,
    record_property: Callable[[str, object], None],
) -> None:
    # What the detector isn't sure of itself is doubted with and without a fault.
    pictures = scenes((astronaut, "person"), (coffee, "table"), (cat, "cat"))
    honest = [ask(image, query) for image, query in pictures]
    doubted = sum(bool(one.doubts) for one in honest)
    noticed = {
        corruption.__name__: sum(
            bool(ask(image, query, corruption).doubts)
            for (image, query), answer in zip(pictures, honest, strict=True)
            if answer.value
        )
        for corruption in (lose_one, invent_one, move_one)
    }
    corrupted = sum(bool(one.value) for one in honest)
    record_property("honest", f"{doubted} of {len(honest)} doubted")
    record_property("corrupted", f"{noticed} of {corrupted} each noticed")
    assert corrupted >= 10
    assert doubted <= 0.25 * len(honest), (doubted, noticed)
    assert all(count >= 0.8 * corrupted for count in noticed.values()), (doubted, noticed)


def test_a_second_look_that_finds_nothing_either_takes_the_doubt(
    ask: Callable[..., Any], astronaut: Image
) -> None:
    answer = ask(astronaut, "dog")
    assert (answer.value, answer.doubts, answer.confidence) == (0, [], 1.0)


def test_a_mirrored_picture_swaps_left_and_right(cat: Image) -> None:
    assert mirrored(mirrored(cat)) == cat
    assert (mirrored(cat).pixels[0, 0] == cat.pixels[0, -1]).all()
