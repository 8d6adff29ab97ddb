"""Plain shapes, in drawings that the tests make."""

from __future__ import annotations

import io
import math

import cv2
import numpy as np
import PIL.Image
import pytest
from viscript import Image, Toolbox, ToolError
from viscript.tools.backends.shapes import SHAPES, detect
from viscript.tools.values.image import Pixels

CORNERS = {"triangle": 3, "square": 4, "pentagon": 5, "hexagon": 6}
COLORS = (
    *("teal", "turquoise", "green", "dark green", "lime green", "olive"),
    *("red", "dark orange", "blue", "light blue"),
)
PALE, BLUE, RED = (240, 236, 228), (20, 40, 200), (210, 30, 40)


def drawn(*shapes: tuple[str, float, float, float, float], outline: bool = False) -> Pixels:
    """A smoothed drawing, 320x200; a shape is its name, centre, radius and turn in radians."""
    large = np.full((800, 1280, 3), PALE, np.uint8)
    for number, (name, x, y, radius, turn) in enumerate(shapes):
        color, width = (BLUE, RED)[number % 2], 16 if outline else -1
        center, size = (round(4 * x), round(4 * y)), 4 * radius
        if name == "circle":
            cv2.circle(large, center, round(size), color, width)
        elif name == "ellipse":
            axes = (round(size), round(0.6 * size))
            cv2.ellipse(large, center, axes, math.degrees(turn), 0, 360, color, width)
        else:
            angles = [turn + 2 * math.pi * at / CORNERS.get(name, 4) for at in range(6)]
            if name == "rectangle":
                angles = [turn + one for one in (0.5, math.pi - 0.5, math.pi + 0.5, -0.5)]
            angles = angles[: CORNERS.get(name, 4)]
            points = [(4 * x + size * math.cos(a), 4 * y + size * math.sin(a)) for a in angles]
            polygon = np.rint(np.array(points)).astype(np.int32).reshape(-1, 1, 2)
            if outline:
                cv2.polylines(large, [polygon], True, color, width)
            else:
                cv2.fillPoly(large, [polygon], color)
    return cv2.resize(large, (320, 200), interpolation=cv2.INTER_AREA).astype(np.uint8)


def names(pixels: Pixels) -> list[str]:
    found = detect(pixels)
    assert found is not None
    found = found.suppressed(0.7, within_classes=False)
    return sorted(SHAPES[int(kind)] for kind in found.classes)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("turn", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("radius", [12, 60])
def test_a_shape_of_any_size_and_turn_is_named(name: str, turn: float, radius: float) -> None:
    assert names(drawn((name, 150, 90, radius, turn))) == [name]


@pytest.mark.parametrize("name", ["circle", "rectangle", "triangle"])
def test_an_outline_is_a_shape(name: str) -> None:
    assert names(drawn((name, 150, 90, 60, 0.3), outline=True)) == [name]


def test_each_of_several_shapes_has_its_box() -> None:
    found = detect(drawn(("circle", 60, 60, 30, 0), ("square", 220, 120, 50, math.pi / 4)))
    assert found is not None
    boxes = {SHAPES[int(kind)]: box for kind, box in zip(found.classes, found.boxes, strict=True)}
    assert boxes["circle"] == pytest.approx([30, 30, 90, 90], abs=1.5)
    side = 50 / math.sqrt(2)
    assert boxes["square"] == pytest.approx(
        [220 - side, 120 - side, 220 + side, 120 + side], abs=1.5
    )


def test_a_square_in_a_jpeg_is_still_one() -> None:
    buffer = io.BytesIO()
    PIL.Image.fromarray(drawn(("square", 150, 90, 60, 0.2))).save(buffer, "JPEG", quality=90)
    assert names(np.array(PIL.Image.open(buffer))) == ["square"]


def test_an_irregular_blot_is_no_shape() -> None:
    pixels = drawn(("circle", 120, 90, 40, 0))
    cv2.circle(pixels, (170, 110), 40, BLUE, -1)
    cv2.circle(pixels, (170, 50), 25, BLUE, -1)
    assert names(pixels) == []


def test_photos_are_no_drawings(astronaut: Image, coffee: Image, cat: Image) -> None:
    assert [detect(photo.pixels) for photo in (astronaut, coffee, cat)] == [None] * 3


@pytest.mark.parametrize("pixels", [np.zeros((3, 3, 3)), np.full((64, 64, 3), 200)])
def test_a_picture_without_anything_in_it_has_no_shape(pixels: Pixels) -> None:
    found = detect(pixels.astype(np.uint8))
    assert found is None or len(found) == 0


@pytest.fixture(scope="module")
def tools() -> Toolbox:
    return Toolbox.load("embedded", cache=None)


def test_the_tools_find_shapes_and_their_colours(tools: Toolbox) -> None:
    picture = Image.from_array(drawn(("circle", 60, 60, 30, 0), ("square", 220, 120, 50, 0.3)))
    (circle,) = tools.find(picture, "circle")
    assert (circle.label, tools.color_of(circle)) == ("circle", "blue")
    # A square is a rectangle too.
    (square,) = tools.find(picture, "a red rectangle")
    assert (square.label, tools.color_of(square)) == ("square", "red")
    assert tools.find(picture, "green rectangle") == tools.find(picture, "teal shape") == []
    assert {one.label for one in tools.find(picture, "shapes")} == {"circle", "square"}
    assert {"circle", "square"} <= {one.label for one in tools.list_objects(picture)}
    assert tools.find(picture, "triangle") == []


@pytest.mark.parametrize(
    ("color", "said"),
    [
        ((0, 128, 128), {"teal"}),
        ((0, 128, 0), {"green"}),
        ((0, 64, 0), {"green", "dark green"}),
        ((128, 128, 0), {"green", "olive"}),
        ((150, 220, 30), {"green", "lime green"}),
        ((64, 224, 208), {"turquoise"}),
        ((173, 216, 230), {"blue", "light blue"}),
        ((200, 0, 0), {"red"}),
    ],
)
def test_finding_and_selecting_agree_on_the_colour_of_a_shape(
    tools: Toolbox, color: tuple[int, int, int], said: set[str]
) -> None:
    pixels = np.full((160, 240, 3), 235, np.uint8)
    cv2.circle(pixels, (110, 80), 40, color, -1)
    picture = Image.from_array(pixels)
    (circle,) = tools.find(picture, "shape")
    for word in COLORS:
        expected = [circle] if word in said else []
        assert tools.select([circle], word) == expected, word
        assert tools.find(picture, f"{word} circle") == expected, word


def test_shapes_in_photos_are_not_said_to_be_missing(tools: Toolbox, coffee: Image) -> None:
    with pytest.raises(ToolError, match="drawings"):
        tools.find(coffee, "circle")


def test_photos_show_things_and_no_shapes(tools: Toolbox, astronaut: Image) -> None:
    assert [one.label for one in tools.find(astronaut, "person or circle")] == ["person"]
    assert not set(SHAPES).intersection(one.label for one in tools.list_objects(astronaut))
