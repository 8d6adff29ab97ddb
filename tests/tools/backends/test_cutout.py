"""Masks are compared with drawn scenes, whose truth is known, and with outlines on photos."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from viscript.tools.backends import BackendSpec
from viscript.tools.backends.cutout import Cutout, load
from viscript.tools.errors import ToolError
from viscript.tools.toolbox import Toolbox
from viscript.tools.values import Box, Image, Mask, Region

ASTRONAUT_HEAD_AND_CHEST = [
    *((155, 90), (160, 50), (190, 22), (225, 14), (265, 22), (295, 55), (300, 90), (285, 125)),
    *((268, 132), (260, 170), (285, 190), (303, 230), (308, 242), (340, 262), (355, 300)),
    *((360, 340), (38, 340), (42, 285), (62, 258), (115, 215), (113, 192), (125, 170)),
    *((150, 155), (182, 150), (180, 122), (165, 118)),
]
"""Drawn by eye around the person above row 340; below it, a helmet hides her arm."""


@pytest.fixture(scope="module")
def toolbox() -> Toolbox:
    return Toolbox.load("embedded", cache=None)


@pytest.fixture(scope="module")
def cutout(toolbox: Toolbox) -> Cutout:
    return load(BackendSpec("cutout"), toolbox)


def iou(mask: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    return float((mask & truth).sum() / (mask | truth).sum())


def mask_of(region: Region) -> NDArray[np.bool_]:
    assert region.mask is not None
    return region.mask.array


def bounds(truth: NDArray[np.bool_]) -> Box:
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    return Box(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)


def scene(shape: str, seed: int) -> tuple[Image, NDArray[np.bool_]]:
    """A textured shape on a textured ground, and the shape's mask."""
    generator = np.random.default_rng(seed)
    truth = np.zeros((240, 320), dtype=np.uint8)
    match shape:
        case "ellipse":
            cv2.ellipse(truth, (150, 120), (90, 60), 20, 0, 360, 1, -1)
        case "animal":
            cv2.ellipse(truth, (150, 120), (70, 35), 0, 0, 360, 1, -1)
            cv2.circle(truth, (230, 80), 28, 1, -1)
            for x in (100, 130, 175, 200):
                cv2.rectangle(truth, (x, 130), (x + 12, 205), 1, -1)
        case "box":
            cv2.rectangle(truth, (60, 60), (250, 190), 1, -1)
        case "at the corner":
            cv2.circle(truth, (40, 30), 90, 1, -1)
        case _:
            raise AssertionError(shape)
    ground, thing = generator.integers(40, 120, 3), generator.integers(130, 220, 3)
    grain = cv2.GaussianBlur(generator.normal(0, 45, (240, 320, 3)), (0, 0), 1.5)
    pixels = np.where(truth[..., None] > 0, thing, ground) + grain
    pixels = cv2.GaussianBlur(np.clip(pixels, 0, 255).astype(np.uint8), (3, 3), 0)
    return Image.from_array(pixels.astype(np.uint8)), truth > 0


@pytest.mark.parametrize("shape", ["ellipse", "animal", "box", "at the corner"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_drawn_thing_is_cut_out_of_its_box(cutout: Cutout, shape: str, seed: int) -> None:
    image, truth = scene(shape, seed)
    (cut,) = cutout.segment(image, [Region(image, bounds(truth), "bottle")])
    assert cut.method == "grabcut"
    assert iou(mask_of(cut), truth) > 0.95


def test_a_person_is_cut_out_by_the_selfie_model(cutout: Cutout, astronaut: Image) -> None:
    (person,) = cutout.segment(astronaut, [Region(astronaut, Box(20, 8, 460, 512), "person")])
    outline = np.zeros((512, 512), dtype=np.uint8)
    cv2.fillPoly(outline, [np.array(ASTRONAUT_HEAD_AND_CHEST, dtype=np.int32)], 1)
    assert person.method == "selfie"
    assert iou(mask_of(person)[:340], outline[:340] > 0) > 0.92


def test_a_face_is_an_oval_of_the_person(cutout: Cutout, astronaut: Image) -> None:
    (face,) = cutout.segment(astronaut, Region(astronaut, Box(175, 80, 275, 185), "face"))
    mask = mask_of(face)
    assert face.method == "selfie"
    assert mask[130, 225]
    assert not mask[82, 177]
    assert not mask[183, 273]


def test_a_cup_is_cut_out_of_a_photo(cutout: Cutout, coffee: Image) -> None:
    (cup,) = cutout.segment(coffee, Region(coffee, Box(75, 15, 480, 390), "cup"))
    saucer = np.zeros((400, 600), dtype=np.uint8)
    cv2.ellipse(saucer, (278, 228), (200, 160), 0, 0, 360, 1, -1)
    cv2.ellipse(saucer, (290, 105), (118, 88), 0, 0, 360, 1, -1)
    assert cup.method == "grabcut"
    assert iou(mask_of(cup), saucer > 0) > 0.85


def test_without_regions_every_object_gets_a_mask(cutout: Cutout, astronaut: Image) -> None:
    everything = cutout.segment(astronaut)
    assert "person" in [region.label for region in everything]
    assert all(region.mask is not None and region.method for region in everything)


def test_the_order_and_the_other_fields_of_regions_stay(cutout: Cutout, coffee: Image) -> None:
    regions = [
        Region(coffee, Box(400, 20, 430, 300), "spoon", 0.4, text="a"),
        Region(coffee, Box(75, 15, 480, 390), "cup", 0.9),
    ]
    cut = cutout.segment(coffee, regions)
    assert [one.but(mask=None, method="") for one in cut] == regions


def test_a_region_that_has_a_mask_keeps_it(cutout: Cutout, coffee: Image) -> None:
    mask = Mask(np.eye(400, 600, dtype=np.bool_))
    region = Region(coffee, Box(0, 0, 400, 400), "cup", mask=mask, method="by hand")
    assert cutout.segment(coffee, region) == [region]


def test_a_picture_without_any_edge_still_gives_a_mask_inside_the_box(cutout: Cutout) -> None:
    image = Image.from_array(np.full((120, 160, 3), 128, dtype=np.uint8))
    (cut,) = cutout.segment(image, Region(image, Box(30, 20, 130, 100), "dog"))
    share = mask_of(cut)[20:100, 30:130].mean()
    assert 0.5 < share < 1.0


def test_a_thing_of_few_pixels_becomes_a_rounded_box(cutout: Cutout, coffee: Image) -> None:
    (cut,) = cutout.segment(coffee, Region(coffee, Box(100, 100, 106, 105), "cup"))
    assert cut.method == "feathered box"
    assert 0 < mask_of(cut).sum() <= 6 * 5 + 22


def test_regions_of_another_picture_of_the_same_size_are_allowed(
    cutout: Cutout, coffee: Image
) -> None:
    other = Image.from_array(255 - coffee.pixels)
    (cut,) = cutout.segment(coffee, Region(other, Box(75, 15, 480, 390), "cup"))
    assert cut.mask is not None


def test_regions_of_a_picture_of_another_size_are_refused(
    cutout: Cutout, coffee: Image, cat: Image
) -> None:
    with pytest.raises(ToolError, match="451x300"):
        cutout.segment(coffee, Region(cat, Box(10, 10, 50, 50), "cat"))


def test_the_same_region_has_the_same_mask_every_time(cutout: Cutout, coffee: Image) -> None:
    region = Region(coffee, Box(75, 15, 480, 390), "cup")
    cv2.setRNGSeed(77)
    first = cutout.segment(coffee, region)
    cv2.setRNGSeed(12345)
    assert cutout.segment(coffee, region) == first


@settings(max_examples=25, deadline=None)
@example((0.0, 0.0), (200.0, 150.0), "dog")
@given(
    st.tuples(*(st.floats(-60, 260) for _ in range(2))),
    st.tuples(*(st.floats(0, 300) for _ in range(2))),
    st.sampled_from(["person", "dog", "", "Ada Lovelace"]),
)
def test_no_box_gives_an_empty_mask_or_one_far_beyond_it(
    cutout: Cutout, corner: tuple[float, ...], size: tuple[float, ...], label: str
) -> None:
    generator = np.random.default_rng(0)
    image = Image.from_array(generator.integers(0, 255, (150, 200, 3), dtype=np.uint8))
    box = Box(corner[0], corner[1], corner[0] + size[0], corner[1] + size[1])
    (cut,) = cutout.segment(image, Region(image, box, label))
    mask = mask_of(cut)
    assert mask.any()
    left, top, right, bottom = box.to_pixels(image.size)
    mask = mask.copy()
    reach = 3 + round(0.1 * max(right - left, bottom - top))
    mask[max(top - reach, 0) : bottom + reach, max(left - reach, 0) : right + reach] = False
    assert not mask.any()


def test_equal_regions_are_cut_out_once_and_keep_their_places(
    cutout: Cutout, coffee: Image
) -> None:
    cup, spoon = Region(coffee, Box(78, 68, 478, 388), "cup"), Region(coffee, Box(9, 9, 60, 60))
    found = cutout.segment(coffee, [cup, spoon, *(cup.but() for _ in range(2000)), spoon])
    assert len(found) == 2003
    assert len({id(region) for region in found}) == 2
    assert [region.label for region in (found[0], found[1], found[-2], found[-1])] == [
        *("cup", "", "cup", "")
    ]
    with pytest.raises(ToolError, match="600 regions are too many"):
        cutout.segment(coffee, [Region(coffee, Box(0, 0, 1 + n, 9)) for n in range(600)])
