"""Boxes, keypoints, masks and regions."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from viscript.tools.errors import InputError
from viscript.tools.values import Box, Image, Keypoint, Mask, Region


def box_of(x: list[float], y: list[float]) -> Box:
    return Box(x[0], y[0], x[1], y[1])


coordinates = st.floats(-500, 500)
pairs = st.tuples(coordinates, coordinates).map(sorted)
boxes = st.builds(box_of, pairs, pairs)
sizes = st.tuples(st.integers(1, 200), st.integers(1, 200))
masks = hnp.arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9)))


@pytest.fixture
def image() -> Image:
    return Image.from_array(np.zeros((6, 8), np.uint8))


@given(boxes, sizes)
def test_a_clipped_box_lies_inside_its_image(box: Box, size: tuple[int, int]) -> None:
    clipped = box.clipped(size)
    assert 0 <= clipped.left <= clipped.right <= size[0]
    assert 0 <= clipped.top <= clipped.bottom <= size[1]
    assert clipped.clipped(size) == clipped


@given(boxes, sizes)
def test_a_box_in_whole_pixels_can_always_be_cut_out(box: Box, size: tuple[int, int]) -> None:
    left, top, right, bottom = box.to_pixels(size)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]


def test_whole_pixels_cover_the_box() -> None:
    assert Box(1.2, 0.9, 3.1, 4.0).to_pixels((10, 10)) == (1, 0, 4, 4)


def test_a_box_has_the_measures_that_programs_read() -> None:
    box = Box(1, 2, 5, 10)
    assert (box.width, box.height, box.area, box.x, box.y) == (4, 8, 32, 3, 6)
    assert box.xyxy == (1, 2, 5, 10)
    assert box.scaled(2) == Box(-1, -2, 7, 14)


@pytest.mark.parametrize(
    "numbers",
    [(2, 0, 1, 1), (0, 2, 1, 1), (np.nan, 0, 1, 1), (0, 0, np.inf, 1), (0, -np.inf, 1, 1)],
)
def test_an_impossible_box_is_refused(numbers: tuple[float, float, float, float]) -> None:
    with pytest.raises(InputError):
        Box(*numbers)


def test_scores_and_points_are_finite(image: Image) -> None:
    with pytest.raises(InputError, match="score is nan"):
        Region(image, Box(0, 0, 1, 1), score=np.nan)
    with pytest.raises(InputError, match="finite numbers"):
        Keypoint("nose", np.inf, 0, 0)


@given(masks)
def test_the_runs_of_a_mask_give_it_back(array: NDArray[np.bool_]) -> None:
    mask = Mask(array)
    runs = mask.to_runs()
    assert Mask.from_runs(runs, (array.shape[1], array.shape[0])) == mask
    assert sum(runs) == array.size
    assert sum(runs[1::2]) == mask.area
    assert all(run > 0 for run in runs[1:])


@given(masks, masks)
def test_masks_are_equal_when_their_pixels_are(
    one: NDArray[np.bool_], other: NDArray[np.bool_]
) -> None:
    same = np.array_equal(one, other)
    assert (Mask(one) == Mask(other)) is same
    assert (Mask(one).digest == Mask(other).digest) is same


@pytest.mark.parametrize("runs", [[], [5], [-1, 13], [10**18], [6, 7]])
def test_runs_that_do_not_fill_the_picture_are_refused(runs: list[int]) -> None:
    with pytest.raises(InputError, match="don't add up to 4x3"):
        Mask.from_runs(runs, (4, 3))


def test_a_mask_does_not_change_with_its_array() -> None:
    array = np.zeros((2, 2), np.bool_)
    mask = Mask(array)
    array[:] = True
    assert mask.area == 0
    with pytest.raises(ValueError, match="read-only"):
        mask.array[0, 0] = True


def test_a_mask_of_another_size_is_refused(image: Image) -> None:
    with pytest.raises(InputError, match=r"\(8, 6\).*\(6, 8\)"):
        Region(image, Box(0, 0, 1, 1), mask=Mask(np.zeros((8, 6), np.bool_)))
    with pytest.raises(InputError, match="a mask has the shape"):
        Mask(np.zeros((8, 6, 1), np.bool_))


def test_the_area_is_that_of_the_mask_where_there_is_one(image: Image) -> None:
    region = Region(image, Box(0, 0, 4, 4))
    assert region.area == 16
    assert region.but(mask=Mask(np.eye(6, 8, dtype=np.bool_))).area == 6


def test_values_cannot_be_changed(image: Image) -> None:
    region: Any = Region(image, Box(0, 0, 1, 1), "dog")
    with pytest.raises(dataclasses.FrozenInstanceError):
        region.label = "cat"
    with pytest.raises(dataclasses.FrozenInstanceError):
        region.box.left = 3
    assert region.but(label="cat").label == "cat"
    assert region.label == "dog"


def test_equal_regions_are_one_in_a_set(image: Image) -> None:
    mask = Mask(np.eye(6, 8, dtype=np.bool_))
    make = lambda: Region(image, Box(0, 0, 1, 1), "dog", 0.5, mask)  # noqa: E731
    assert len({make(), make(), make().but(label="cat")}) == 2
