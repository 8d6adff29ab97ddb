from __future__ import annotations

from collections.abc import Sequence

import pytest
from viscript import Image, Region, Toolbox, run_program, tool
from viscript.agent.graph.judge import confidence, judge
from viscript.agent.runs import Run, Step
from viscript.tools.cache import MemoryCache
from viscript.tools.values import Box, ImageLike


@tool(reads_pixels=True)
def look(image: ImageLike) -> list[Region]:
    """Finds a region that is sure and one that is faint.

    Args:
        image: the picture.
    """
    assert isinstance(image, Image)
    sure = Region(image, Box(1, 1, 9, 9), "cup", 0.9)
    return [sure, sure.but(score=0.31)]


@tool(reads_pixels=True, writes_image=True)
def paint(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Paints regions black.

    Args:
        image: the picture.
        regions: the regions.
    """
    assert isinstance(image, Image)
    pixels = image.pixels.copy()
    for one in [regions] if isinstance(regions, Region) else regions:
        left, top, right, bottom = one.box.to_pixels(image.size)
        pixels[top:bottom, left:right] = 0
    return Image.from_array(pixels)


@pytest.fixture
def toolbox() -> Toolbox:
    """The embedded tools, `look` and `paint`."""
    return Toolbox.load("embedded", tools=[look, paint], cache=MemoryCache())


def codes(request: str, program: str, toolbox: Toolbox, image: Image) -> dict[str, bool]:
    """The codes of what is found about the program's run, and whether each is wrong."""
    run = run_program(program, [image], toolbox, record=False)
    assert run.ok, run.error
    return {one.code: one.wrong for one in judge(request, run)}


@pytest.mark.parametrize(
    ("request_", "program", "found"),
    [
        ("how many cups?", "answer = count(look(image))", {}),
        ("how wide?", "answer = image.width", {}),
        ("is there a cup?", "answer = True", {"unobserved": True}),
        ("is there a cup?", "x = look(image)\nanswer = True", {"unobserved": True}),
        ("is there a cup?", "answer = count(look(image))", {"wrong-kind": True}),
        ("make me laugh", "answer = 'I have no tool for that'", {"declined": False}),
        ("blur the cup", "answer = 'I have no tool for that'", {"declined": False}),
        ("blur the cup", "answer = image", {"unchanged": True}),
        ("hide the cup", "answer = paint(image, [r for r in look(image)])", {}),
        ("hide the cup", "answer = paint(image, [])", {"empty-edit": True, "unchanged": True}),
        ("how many dogs?", "answer = count(find(image, 'dog'))", {"nothing-found": False}),
        ("is there a dog?", "answer = exists(find(image, 'dog'))", {"nothing-found": False}),
        ("what are the dogs?", "answer = find(image, 'dog')", {"granted": True}),
        (
            "What colour is the dog?",
            "d = find(image, 'dog')\nanswer = color_of(d[0]) if exists(d) else 'no dog found'",
            {"granted": False},
        ),
        (
            "Which dogs or cats do you see?",
            "d = find(image, 'dog')\nanswer = 'dogs' if exists(d) else 'none'",
            {"nothing-found": False},
        ),
        (
            "What is the size of the cup?",
            'c = find(image, "cup")\nanswer = f"{image.width} x {image.height}"',
            {"unused": True},
        ),
        (
            "blur the dog",
            "d = find(image, 'dog')\nanswer = paint(image, d) if exists(d) else 'there is no dog'",
            {"nothing-found": False},
        ),
    ],
)
def test_what_looks_wrong_has_a_code(
    request_: str, program: str, found: dict[str, bool], toolbox: Toolbox, coffee: Image
) -> None:
    assert codes(request_, program, toolbox, coffee) == found


def test_faint_detections_are_a_doubt(coffee: Image) -> None:
    sure = Region(coffee, Box(1, 1, 9, 9), "cup", 0.9)
    found = [sure, sure.but(score=0.31)]
    step = Step(1, "find", 1, {"image": coffee, "query": "cup"}, found, 0.1, False, "", "nanodet")
    run = Run("answer = count(find(image, 'cup'))", "viscript", "test", [coffee], "", (), [step], 2)
    (doubt,) = judge("how many cups?", run)
    assert (doubt.code, doubt.wrong) == ("faint", False)
    assert doubt.words == "1 of 2 that find('cup') found are faint (0.31)"


def test_confidence_falls_with_every_doubt(toolbox: Toolbox, coffee: Image) -> None:
    run = run_program("answer = count(find(image, 'dog'))", [coffee], toolbox, record=False)
    doubted = judge("how many dogs?", run)
    assert confidence([]) == 1
    assert 0 < confidence([*doubted, *doubted]) < confidence(doubted) < 1


@pytest.mark.parametrize(
    ("request_", "echoes"),
    [
        ("Why is the cat lying down?", True),
        ("What breed are these cats?", True),
        ("What is in the picture?", False),
        ("What is it, a cat or a dog?", False),
    ],
)
def test_a_name_that_the_request_says_itself_is_no_answer(
    request_: str, echoes: bool, toolbox: Toolbox, cat: Image
) -> None:
    program = "a = find(image, 'cat')\nanswer = join(unique([x.label for x in a]))"
    assert codes(request_, program, toolbox, cat) == ({"echo": True} if echoes else {})


def test_an_empty_text_is_no_answer(toolbox: Toolbox, cat: Image) -> None:
    program = "a = find(image, 'cat')\nanswer = join([x.text for x in a])"
    assert codes("What is the cat made of?", program, toolbox, cat) == {"blank": True}
