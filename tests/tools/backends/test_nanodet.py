from __future__ import annotations

import numpy as np
import pytest
from viscript import Toolbox
from viscript.tools.backends.detections import overlaps
from viscript.tools.values import Box, Image, Region


def iou(region: Region, box: Box) -> float:
    a, b = (np.array([one.xyxy], dtype=np.float32) for one in (region.box, box))
    return float(overlaps(a, b)[0, 0])


def test_the_astronaut_is_one_person(embedded: Toolbox, astronaut: Image) -> None:
    for query in ("person", "women", "an astronaut"):
        found = embedded.find(astronaut, query)
        assert [one.label for one in found] == ["person"]
        assert iou(found[0], Box(15, 10, 372, 512)) > 0.85  # measured by eye
        assert found[0].score > 0.6
    assert embedded.find(astronaut, "dog") == []


def test_the_cat_is_a_cat_and_fills_its_photo(embedded: Toolbox, cat: Image) -> None:
    found = embedded.list_objects(cat)
    assert [one.label for one in found] == ["cat"]
    assert iou(found[0], Box(0, 0, 451, 300)) > 0.85


def test_a_lower_threshold_finds_the_cup(coffee: Image) -> None:
    from viscript.tools.backends import BackendSpec, nanodet

    tools = Toolbox.load("embedded", cache=None)
    finder = nanodet.load(BackendSpec("nanodet", options={"threshold": 0.25}), tools)
    cup = finder.find(coffee, "mugs")[0]
    assert iou(cup, Box(165, 25, 415, 265)) > 0.8  # the cup without its saucer, by eye


def test_boxes_follow_the_picture_when_it_is_scaled_padded_or_mirrored(
    embedded: Toolbox, astronaut: Image
) -> None:
    pixels = astronaut.pixels
    (one,) = embedded.find(astronaut, "person")
    left, top, right, bottom = one.box.xyxy
    wide = np.concatenate([np.zeros_like(pixels), pixels], axis=1)
    variants = [
        (np.repeat(np.repeat(pixels, 2, 0), 2, 1), one.box.xyxy, 2.0),
        (pixels[:, ::-1], (512 - right, top, 512 - left, bottom), 1.0),
        (wide, (left + 512, top, right + 512, bottom), 1.0),
    ]
    for variant, box, factor in variants:
        found = embedded.find(Image.from_array(variant), "person")[0]
        assert iou(found, Box(*(factor * value for value in box))) > 0.85


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (17, 16)])
def test_tiny_and_slender_pictures_work(embedded: Toolbox, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    for region in embedded.list_objects(Image.from_array(noise)):
        assert region.box == region.box.clipped((shape[1], shape[0]))


def test_the_same_picture_gives_the_same_regions(astronaut: Image) -> None:
    first, second = (Toolbox.load("embedded", cache=None).list_objects(astronaut) for _ in range(2))
    assert first == second
