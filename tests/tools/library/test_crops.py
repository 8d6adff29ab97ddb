from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from viscript.tools.errors import ToolError
from viscript.tools.library.crops import crop, crop_above, crop_below, crop_left_of, crop_right_of
from viscript.tools.values import Box, Image, Region

PICTURE = Image.from_array(np.arange(8 * 5 * 3, dtype=np.uint8).reshape(5, 8, 3))
"""Eight pixels wide, five high."""

SIDES = (crop_left_of, crop_right_of, crop_above, crop_below)


def at(left: float, top: float, right: float, bottom: float) -> Region:
    return Region(PICTURE, Box(left, top, right, bottom))


@pytest.mark.parametrize("make", [crop, *SIDES])
@pytest.mark.parametrize(
    "box", [(-9, 1, -2, 3), (9, 1, 12, 3), (1, -9, 3, -1), (1, 6, 3, 9), (8, 5, 20, 20)]
)
def test_a_region_outside_the_picture_has_no_part_of_it(
    make: Callable[[Image, Region], Image], box: tuple[float, float, float, float]
) -> None:
    with pytest.raises(ToolError, match="the region lies outside the picture of 8x5"):
        make(PICTURE, at(*box))


def test_a_region_partly_outside_is_cut_off_at_the_edge() -> None:
    assert np.array_equal(crop(PICTURE, at(-5, -5, 3, 2)).pixels, PICTURE.pixels[:2, :3])
    assert crop_right_of(PICTURE, at(-9, 0, 1, 5)) == PICTURE
    assert crop_below(PICTURE, at(0, -9, 8, 1)) == PICTURE
    assert crop_left_of(PICTURE, at(7, 0, 99, 5)) == PICTURE
    assert crop_above(PICTURE, at(0, 4, 8, 99)) == PICTURE


def test_a_side_that_lies_outside_is_named() -> None:
    for make, box, side in (
        (crop_left_of, (-9, 0, 1, 5), "left of"),
        (crop_right_of, (7, 0, 99, 5), "right of"),
        (crop_above, (0, -9, 8, 1), "above"),
        (crop_below, (0, 4, 8, 99), "below"),
    ):
        with pytest.raises(ToolError, match=f"what is {side} the region lies outside"):
            make(PICTURE, at(*box))


def test_each_side_of_a_region_reaches_to_its_centre() -> None:
    region = at(2, 1, 4, 3)
    assert np.array_equal(crop_left_of(PICTURE, region).pixels, PICTURE.pixels[:, :3])
    assert np.array_equal(crop_right_of(PICTURE, region).pixels, PICTURE.pixels[:, 3:])
    assert np.array_equal(crop_above(PICTURE, region).pixels, PICTURE.pixels[:2])
    assert np.array_equal(crop_below(PICTURE, region).pixels, PICTURE.pixels[2:])
