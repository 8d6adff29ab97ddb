from __future__ import annotations

import numpy as np
import pytest
from viscript.tools.backends import BackendSpec
from viscript.tools.backends.drawing import Drawing, load
from viscript.tools.errors import ToolError
from viscript.tools.toolbox import Toolbox
from viscript.tools.values import Box, Image, Mask, Region


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return load(BackendSpec("drawing"), Toolbox.load("embedded", cache=None))


def plain(width: int, height: int) -> Image:
    return Image.from_array(np.full((height, width, 3), 128, dtype=np.uint8), "plain")


def changed(before: Image, after: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return (before.pixels != after.pixels).any(axis=2)


def test_a_tag_has_a_box_and_a_label_on_it(drawing: Drawing) -> None:
    image = plain(300, 200)
    touched = changed(image, drawing.tag(image, Region(image, Box(50, 80, 150, 160), "dog")))
    assert touched[80, 50:150].all()
    assert touched[80:160, 50].all()
    assert touched[71:79, 52:68].mean() > 0.9
    assert not touched[90:150, 60:140].any()
    assert not touched[:, 200:].any()


@pytest.mark.parametrize(
    "box", [(0, 0, 60, 60), (240, 0, 300, 60), (0, 140, 60, 200), (240, 140, 300, 200)]
)
def test_labels_at_the_borders_are_drawn_whole(
    drawing: Drawing, box: tuple[float, float, float, float]
) -> None:
    image = plain(300, 200)
    bare = drawing.tag(image, Region(image, Box(*box)))
    label = drawing.tag(image, Region(image, Box(*box), "dog")).pixels != bare.pixels
    somewhere = drawing.tag(image, Region(image, Box(100, 80, 160, 140), "dog"))
    alone = drawing.tag(image, Region(image, Box(100, 80, 160, 140)))
    expected = (somewhere.pixels != alone.pixels).any(axis=2).sum()
    assert label.any(axis=2).sum() >= 0.85 * expected


def test_korean_and_latin_labels_look_different_from_missing_letters(drawing: Drawing) -> None:
    image = plain(300, 200)
    pictures = {
        drawing.tag(image, Region(image, Box(50, 80, 250, 160), label)).pixels.tobytes()
        for label in ("강아", "고양", "\U000f0000\U000f0000", "ab")
    }
    assert len(pictures) == 4


def test_boxes_of_one_label_have_one_colour(drawing: Drawing) -> None:
    image = plain(300, 200)
    boxes = (Box(10, 50, 60, 120), Box(100, 50, 150, 120), Box(200, 50, 250, 120))
    labels = ("dog", "cat", "dog")
    regions = [Region(image, box, label) for box, label in zip(boxes, labels, strict=True)]
    pixels = drawing.tag(image, regions).pixels
    first, second, third = (tuple(pixels[90, x]) for x in (10, 100, 200))
    assert first == third != second


def test_what_is_written_on_a_region_is_part_of_its_label(drawing: Drawing) -> None:
    image = plain(400, 200)
    sign = Region(image, Box(50, 80, 150, 160), "sign")
    short, long = (changed(image, drawing.tag(image, one)) for one in (sign, sign.but(text="STOP")))
    assert long.sum() > short.sum() + 100


def test_a_very_long_label_is_cut_off_inside_the_frame(drawing: Drawing) -> None:
    image = plain(200, 100)
    touched = changed(image, drawing.tag(image, Region(image, Box(5, 40, 60, 90), "dog " * 80)))
    assert touched[30, :].any()
    assert not touched[:20].any()


def test_marks_are_numbered_in_order_inside_their_regions(drawing: Drawing) -> None:
    image = plain(300, 200)
    left, right = Box(10, 20, 110, 180), Box(180, 20, 280, 180)
    both = changed(image, drawing.mark(image, [Region(image, left), Region(image, right)]))
    assert both[92:108, 55:65].any()
    assert both[92:108, 225:235].any()
    swapped = drawing.mark(image, [Region(image, right), Region(image, left)])
    ink = [drawing.mark(image, [Region(image, left), Region(image, right)]), swapped]
    assert ink[0] != ink[1]


def test_a_mark_follows_the_mask_and_its_number_lies_on_it(drawing: Drawing) -> None:
    image = plain(300, 200)
    corner = np.zeros((200, 300), dtype=np.bool_)
    corner[20:180, 20:80] = True
    corner[140:180, 20:280] = True
    region = Region(image, Box(20, 20, 280, 180), "desk", mask=Mask(corner))
    touched = changed(image, drawing.mark(image, region))
    assert touched[20:130, 79].mean() > 0.9
    assert not touched[30:130, 100:270].any()
    inside = touched.copy()
    inside[:, 77:83] = False
    rows, columns = np.nonzero(inside[25:175, 25:275])
    assert corner[rows + 25, columns + 25].all()


def test_a_number_avoids_the_smaller_regions_inside_its_own(drawing: Drawing) -> None:
    image = plain(300, 200)
    outer, inner = Box(20, 20, 280, 180), Box(110, 60, 190, 140)
    touched = changed(image, drawing.mark(image, [Region(image, outer), Region(image, inner)]))
    assert touched[92:108, 145:155].any()
    quiet = touched[64:136, 114:186].copy()
    quiet[20:52, 24:50] = False
    assert not quiet.any()


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (16, 400), (400, 9)])
def test_tiny_and_thin_pictures_keep_their_size(drawing: Drawing, size: tuple[int, int]) -> None:
    image = plain(*size)
    regions = [Region(image, Box(-5, -5, 5, 5), "dog"), Region(image, Box(3, 3, 900, 900), "cat")]
    assert drawing.tag(image, regions).size == size
    assert drawing.mark(image, regions).size == size


def test_lines_and_letters_grow_with_the_picture(drawing: Drawing) -> None:
    small, large = plain(300, 200), plain(3000, 2000)
    thin = changed(small, drawing.tag(small, Region(small, Box(50, 80, 150, 160), "dog")))
    thick = changed(large, drawing.tag(large, Region(large, Box(500, 800, 1500, 1600), "dog")))
    assert 60 < thick.sum() / thin.sum() < 130


def test_many_labels_in_little_room_do_not_hide_each_other_or_fail(drawing: Drawing) -> None:
    image = plain(160, 120)
    regions = [Region(image, Box(60, 50, 90, 80), f"thing {i}") for i in range(60)]
    assert drawing.tag(image, regions).size == image.size


def test_without_regions_the_picture_is_the_same(drawing: Drawing, coffee: Image) -> None:
    assert drawing.tag(coffee, []) == coffee
    assert drawing.mark(coffee, []) == coffee


def test_regions_of_a_picture_of_another_size_are_refused(
    drawing: Drawing, coffee: Image, cat: Image
) -> None:
    with pytest.raises(ToolError, match="451x300"):
        drawing.tag(coffee, Region(cat, Box(0, 0, 9, 9)))
    with pytest.raises(ToolError, match="451x300"):
        drawing.mark(coffee, Region(cat, Box(0, 0, 9, 9)))
