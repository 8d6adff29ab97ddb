"""What a depth map adds to distances."""

from __future__ import annotations

import numpy as np
import pytest
from viscript.tools.errors import ToolError
from viscript.tools.library.geometry import distance, nearest
from viscript.tools.values import Box, DepthMap, Image, Mask, Region
from viscript.tools.values.depth_of_region import middle_depth

PICTURE = Image.from_array(np.zeros((100, 200, 3), dtype=np.uint8))


def region(x: int, y: int, mask: Mask | None = None) -> Region:
    return Region(PICTURE, Box(x - 5, y - 5, x + 5, y + 5), mask=mask)


@pytest.fixture
def slope() -> DepthMap:
    """1 metre at the left edge, 3 at the right."""
    row = np.linspace(1, 3, 200, dtype=np.float32)
    return DepthMap(np.tile(row, (100, 1)), "metres", larger_is_nearer=False)


@pytest.fixture
def step() -> DepthMap:
    """Near in the upper half, far in the lower."""
    array = np.zeros((100, 200), dtype=np.float32)
    array[:50] = 8
    return DepthMap(array, "relative", larger_is_nearer=True)


def test_without_depth_a_distance_is_that_of_the_centres() -> None:
    assert distance(region(20, 20), region(50, 60)) == 50


def test_the_whole_range_of_depth_is_as_long_as_the_picture(step: DepthMap) -> None:
    assert distance(region(50, 40), region(50, 40), step) == 0
    assert distance(region(50, 40), region(50, 70), step) == pytest.approx(np.hypot(30, 200))


def test_depth_counts_in_proportion(slope: DepthMap) -> None:
    found = distance(region(50, 50), region(150, 50), slope)
    assert found == pytest.approx(np.hypot(100, 100), rel=0.01)


def test_an_even_map_adds_nothing() -> None:
    flat = DepthMap(np.ones((100, 200), dtype=np.float32), "relative", larger_is_nearer=True)
    assert distance(region(20, 20), region(50, 60), flat) == 50


def test_what_lies_at_the_same_depth_is_nearer(step: DepthMap) -> None:
    to, above, beside = region(50, 45), region(50, 60), region(120, 45)
    assert nearest([above, beside], to) == above
    assert nearest([above, beside], to, step) == beside


def test_the_depth_of_a_region_is_that_of_its_mask(step: DepthMap) -> None:
    pixels = np.zeros((100, 200), dtype=np.bool_)
    pixels[90:, :10] = True
    assert middle_depth(step, region(50, 20)) == 8
    assert middle_depth(step, region(50, 20, Mask(pixels))) == 0
    assert middle_depth(step, region(50, 20, Mask(np.zeros_like(pixels)))) == 8


def test_a_map_of_another_picture_is_refused() -> None:
    other = DepthMap(np.ones((10, 20), dtype=np.float32), "relative", larger_is_nearer=True)
    with pytest.raises(ToolError, match="no place in this one of 20x10"):
        distance(region(20, 20), region(50, 60), other)
