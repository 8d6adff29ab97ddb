from __future__ import annotations

import base64
import io

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from viscript import Image, Region
from viscript.agent.runs.overlays import CHIP, COLORS, MAX_DRAWN, Overlay, overlay_of
from viscript.agent.runs.thumbnails import MAX_HEIGHT, MAX_THUMBNAILS, MAX_WIDTH, Thumbnails
from viscript.tools.values import Box, DepthMap, Keypoint, Mask

PHOTO = Image.from_array(np.zeros((300, 400, 3), np.uint8), "photo")


def overlay(*regions: Region) -> Overlay:
    thumbnail = Thumbnails().of(regions[0].image)
    assert thumbnail is not None
    return overlay_of(regions, thumbnail, "o1")


def decoded(uri: str) -> PIL.Image.Image:
    return PIL.Image.open(io.BytesIO(base64.b64decode(uri.split(",", 1)[1])))


edges = st.floats(-100, 600)


def region_at(x: float, y: float, z: float, w: float, label: str) -> Region:
    return Region(PHOTO, Box(min(x, z), min(y, w), max(x, z), max(y, w)), label)


regions = st.builds(region_at, edges, edges, edges, edges, st.text(max_size=60))


@given(st.lists(regions, min_size=1, max_size=12))
def test_marks_and_labels_lie_in_the_frame_and_labels_do_not_overlap(found: list[Region]) -> None:
    drawn = overlay(*found)
    frame = drawn.thumbnail
    taken: list[tuple[float, float, float]] = []
    for mark in drawn.marks:
        assert 0 <= mark.left < mark.left + mark.width <= frame.width
        assert 0 <= mark.top < mark.top + mark.height <= frame.height
        if mark.label is not None:
            label = mark.label
            assert label.left >= 0
            assert label.left + label.width <= frame.width + 0.1
            assert 0 <= label.top <= frame.height - CHIP
            for left, top, width in taken:
                across = min(label.left + label.width, left + width) - max(label.left, left)
                down = min(label.top, top) + CHIP - max(label.top, top)
                assert across < 0.2 or down < 0.2
            taken.append((label.left, label.top, label.width))


def test_a_label_is_in_the_same_color_wherever_it_comes() -> None:
    drawn = overlay(*(Region(PHOTO, Box(0, 0, 9, 9), label) for label in ("cat", "dog", "cat")))
    first, second, third = (mark.color for mark in drawn.marks)
    assert first == third != second


def test_masks_are_drawn_where_they_are_and_in_the_color_of_their_label() -> None:
    pixels = np.zeros((300, 400), np.bool_)
    pixels[:150, 200:] = True
    drawn = overlay(Region(PHOTO, Box(200, 0, 400, 150), "sky", mask=Mask(pixels)))
    picture = np.asarray(decoded(drawn.masks).convert("RGBA"))
    assert picture.shape == (300, 400, 4)
    assert np.array_equal(picture[..., 3] > 0, pixels)
    assert tuple(picture[0, 300, :3]) == tuple(bytes.fromhex(COLORS[0][1:]))


def test_points_of_a_body_are_drawn_in_the_space_of_the_thumbnail() -> None:
    wide = Image.from_array(np.zeros((100, 960, 3), np.uint8))
    points = (Keypoint("nose", 480, 50, 1), Keypoint("toe", 2000, 50, 1))
    drawn = overlay(Region(wide, Box(0, 0, 960, 100), "person", keypoints=points))
    assert drawn.marks[0].points == ((240.0, 25.0),)


def test_only_so_many_regions_are_drawn() -> None:
    drawn = overlay(*[Region(PHOTO, Box(1, 1, 9, 9), "ant")] * 1000)
    assert len(drawn.marks) == MAX_DRAWN


@pytest.mark.parametrize("size", [(1, 1), (3000, 20), (20, 3000), (4000, 3000), (50, 40)])
def test_a_thumbnail_fits_the_page_and_keeps_its_shape(size: tuple[int, int]) -> None:
    width, height = size
    thumbnail = Thumbnails().of(Image.from_array(np.zeros((height, width, 3), np.uint8)))
    assert thumbnail is not None
    assert 1 <= thumbnail.width <= MAX_WIDTH
    assert 1 <= thumbnail.height <= MAX_HEIGHT
    assert abs(thumbnail.width - width * thumbnail.scale) <= 1
    assert abs(thumbnail.height - height * thumbnail.scale) <= 1
    small = decoded(thumbnail.data)
    assert small.width <= MAX_WIDTH
    assert small.height <= MAX_HEIGHT


def test_equal_pictures_share_a_thumbnail_and_there_are_only_so_many() -> None:
    thumbnails = Thumbnails()
    assert thumbnails.of(PHOTO) is thumbnails.of(Image.from_array(PHOTO.pixels))
    for value in range(1, MAX_THUMBNAILS + 5):
        thumbnails.of(Image.from_array(np.full((4, 4, 3), value, np.uint8)))
    assert len(thumbnails.all) == MAX_THUMBNAILS


def test_a_picture_whose_thumbnail_was_kept_is_not_decoded() -> None:
    def decode() -> NDArray[np.uint8]:
        raise AssertionError("decoded")

    kept: dict[str, str] = {}
    first = Thumbnails(kept).of(PHOTO)
    assert Thumbnails(kept).of(Image(PHOTO.size, "later", decode, PHOTO.digest)) == first
    with pytest.raises(AssertionError, match="decoded"):
        Thumbnails().of(Image(PHOTO.size, "later", decode, PHOTO.digest))


@pytest.mark.parametrize("larger_is_nearer", [True, False])
def test_what_is_nearer_in_a_depth_map_is_lighter(larger_is_nearer: bool) -> None:
    ramp = np.tile(np.linspace(0, 9, 60), (50, 1))
    thumbnail = Thumbnails().of(DepthMap(ramp, "metres", larger_is_nearer))
    assert thumbnail is not None
    grey = np.asarray(decoded(thumbnail.data).convert("L")).astype(int)
    assert bool(grey[0, -1] > grey[0, 0]) is larger_is_nearer
