"""How many silent faults of tools are noticed, and how many honest answers are doubted."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Image, Region, Toolbox
from viscript.agent.agent import Agent
from viscript.agent.graph.conclude import checked_again
from viscript.agent.graph.crosscheck import mirrored, mirrored_region, resized
from viscript.agent.graph.looks import Looks
from viscript.agent.runs.execute import run_program
from viscript.eval.bench.corrupted_tools import (
    CorruptedTools,
    Corruption,
    invent_one,
    lose_one,
    move_one,
)
from viscript.eval.bench.noticing import sign_of
from viscript.tools.cache import MemoryCache
from viscript.tools.cancellation import Cancellation
from viscript.tools.values import Box, Mask


@pytest.fixture(scope="module")
def tools() -> CorruptedTools:
    return CorruptedTools(Toolbox.load("embedded", cache=MemoryCache()))


@pytest.fixture
def ask(tools: CorruptedTools, scripted: Any, tmp_path: Path) -> Callable[..., Any]:
    """Counts what a word names in a picture, with what `find` finds corrupted or not."""

    def run(image: Image, query: str, corruption: Corruption | None = None) -> Any:
        tools.mend()
        if corruption is not None:
            found = tools.find(image, query)
            arguments = {"image": image, "query": query}
            tools.corrupt("find", arguments, corruption(found, random.Random(0)))
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


def test_a_mirrored_region_shows_the_same_pixels(cat: Image) -> None:
    mask = np.zeros((cat.height, cat.width), np.bool_)
    mask[10:50, 20:60] = True
    region = Region(cat, Box(20, 10, 60, 50), "ear", mask=Mask(mask))
    other = mirrored_region(region)
    assert other.mask is not None
    assert (mirrored(cat).pixels[other.mask.array].sum(0) == cat.pixels[mask].sum(0)).all()
    left, top, right, bottom = other.box.to_pixels(cat.size)
    assert other.mask.array[top:bottom, left:right].all()
    assert mirrored_region(other) == region


@pytest.fixture
def checked(tools: CorruptedTools) -> Callable[..., list[str]]:
    """Runs a program with one of its results replaced; returns the doubts about its answer."""

    def run(program: str, image: Image, tool: str = "", wrong: object = None) -> list[str]:
        tools.mend()
        done = run_program(program, [image], tools, record=False)
        if tool:
            step = next(one for one in done.steps if one.tool == tool)
            assert step.result != wrong
            tools.corrupt(tool, step.arguments, wrong)
            done = run_program(program, [image], tools, record=False)
            tools.mend()
        assert done.ok
        found = checked_again("What is it?", done, [], Looks(tools, Cancellation(), 60))
        return [one.words for one in found]

    return run


SIGN = 'answer = join([line.text for line in read_text(image)], " ")'
COLOR = 'answer = color_of(find(image, "person")[0])'


def test_text_is_read_again_in_another_size(checked: Callable[..., list[str]]) -> None:
    sign = sign_of("FRESH BREAD AND TEA")
    assert checked(SIGN, sign) == []
    read = Region(sign, Box(20, 30, 500, 80), "text", 0.99, text="STALE CAKE")
    assert checked(SIGN, sign, "read_text", [read]) == [
        "in another size of the picture read_text misses 1 of 1 lines and finds 1 more"
    ]
    assert "finds 1 more" in checked(SIGN, sign, "read_text", [])[0]


def test_a_colour_is_named_again_in_the_mirror(
    checked: Callable[..., list[str]], astronaut: Image
) -> None:
    assert checked(COLOR, astronaut) == []
    assert checked(COLOR, astronaut, "color_of", "green") == [
        "color_of gave 'green', and 'orange' in the mirrored picture"
    ]


def test_what_needs_no_model_is_computed_again(
    checked: Callable[..., list[str]], astronaut: Image
) -> None:
    program = 'answer = count(find(image, "person"))'
    assert checked(program, astronaut) == []
    assert checked(program, astronaut, "count", 2) == ["count gave 2, and now 1"]


@pytest.mark.parametrize("size", [(300, 200), (2000, 500)])
def test_another_size_is_larger_or_for_a_large_picture_smaller(size: tuple[int, int]) -> None:
    image = Image.from_array(np.zeros((size[1], size[0], 3), np.uint8))
    assert (resized(image).width > image.width) == (size[0] < 1000)
    assert resized(image).width / resized(image).height == pytest.approx(size[0] / size[1], 0.02)
