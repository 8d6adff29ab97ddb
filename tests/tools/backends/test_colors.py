from __future__ import annotations

import cv2
import numpy as np
import pytest
from viscript.tools.backends import BackendSpec
from viscript.tools.backends.color_names import family_of
from viscript.tools.backends.colors import ColorNamer, load
from viscript.tools.toolbox import Toolbox
from viscript.tools.values import Box, Image, Mask, Region


@pytest.fixture(scope="module")
def namer() -> ColorNamer:
    return load(BackendSpec("colors"), Toolbox.load("embedded", cache=None))


PAINTS = {
    "red": (200, 25, 30),
    "orange": (240, 125, 25),
    "yellow": (245, 215, 40),
    "green": (45, 150, 60),
    "blue": (35, 85, 190),
    "purple": (120, 45, 150),
    "pink": (240, 150, 185),
    "brown": (110, 65, 30),
}

LIGHTS = {
    "daylight": (1.0, 1.0, 1.0),
    "shade": (0.85, 0.85, 0.88),
    "sun": (1.08, 1.05, 1.0),
    "lamp": (1.0, 0.93, 0.82),
    "overcast": (0.9, 0.95, 1.0),
}


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("paint", PAINTS)
def test_a_paint_keeps_its_name_under_other_light(
    namer: ColorNamer, paint: str, light: str
) -> None:
    generator = np.random.default_rng(0)
    lit = np.array(PAINTS[paint]) * LIGHTS[light]
    shading = np.linspace(0.85, 1.1, 60)[:, None, None]
    pixels = lit * shading + generator.normal(0, 8, (60, 80, 3))
    image = Image.from_array(np.clip(pixels, 0, 255).astype(np.uint8))
    assert family_of(namer.color_of(image)) == paint


@pytest.mark.parametrize(
    ("color", "name"),
    [
        ((0, 0, 0), "black"),
        ((255, 255, 255), "white"),
        ((128, 128, 128), "grey"),
        ((70, 70, 72), "dark grey"),
        ((200, 200, 198), "light grey"),
        ((120, 0, 5), "dark red"),
        ((150, 205, 245), "light blue"),
        ((10, 20, 70), "dark blue"),
        ((225, 210, 170), "beige"),
        ((0, 130, 130), "teal"),
        ((110, 115, 20), "olive"),
        ((70, 215, 200), "turquoise"),
        ((190, 160, 235), "lavender"),
    ],
)
def test_a_plain_colour_has_the_name_that_people_say(
    namer: ColorNamer, color: tuple[int, int, int], name: str
) -> None:
    pixels = np.full((20, 30, 3), color, dtype=np.uint8)
    assert namer.color_of(Image.from_array(pixels)) == name


def test_the_mask_decides_where_there_is_one(namer: ColorNamer) -> None:
    pixels = np.full((100, 100, 3), (40, 160, 60), dtype=np.uint8)
    pixels[:, 45:55] = (200, 20, 20)
    image = Image.from_array(pixels)
    stripe = np.zeros((100, 100), dtype=np.bool_)
    stripe[:, 45:55] = True
    region = Region(image, Box(0, 0, 100, 100), "pole")
    assert namer.color_of(region) == "green"
    assert namer.color_of(region.but(mask=Mask(stripe))) == "red"


def test_without_a_mask_the_middle_of_the_box_counts_most(namer: ColorNamer) -> None:
    pixels = np.full((100, 100, 3), (240, 240, 240), dtype=np.uint8)
    cv2.circle(pixels, (50, 50), 33, (30, 80, 200), -1)
    image = Image.from_array(pixels)
    assert (pixels[..., 0] == 240).mean() > 0.6
    assert family_of(namer.color_of(Region(image, Box(0, 0, 100, 100)))) == "blue"
    assert namer.color_of(image) == "white"


def test_a_box_outside_the_picture_still_has_a_colour(namer: ColorNamer) -> None:
    image = Image.from_array(np.full((10, 10, 3), 255, dtype=np.uint8))
    assert namer.color_of(Region(image, Box(50, 50, 60, 60))) == "white"


def test_an_empty_mask_leaves_the_box(namer: ColorNamer) -> None:
    image = Image.from_array(np.full((10, 10, 3), 255, dtype=np.uint8))
    empty = Mask(np.zeros((10, 10), dtype=np.bool_))
    assert namer.color_of(Region(image, Box(0, 0, 10, 10), mask=empty)) == "white"


def test_colours_of_things_on_photos(
    namer: ColorNamer, astronaut: Image, coffee: Image, cat: Image
) -> None:
    suit = Region(astronaut, Box(60, 300, 200, 500))
    saucer = Region(coffee, Box(110, 180, 200, 330))
    fur = Region(cat, Box(80, 20, 350, 280))
    assert namer.color_of(suit) == "orange"
    assert family_of(namer.color_of(saucer)) == "red"
    assert family_of(namer.color_of(fur)) == "brown"
