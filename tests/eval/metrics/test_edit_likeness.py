from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from viscript import Box, Image
from viscript.eval.metrics.edit_likeness import (
    explained_share,
    hard_border_share,
    same_from_afar,
)
from viscript.eval.metrics.edits import area_of

Pixels = NDArray[np.uint8]
SIZE, BOX = (512, 512), Box(150, 60, 300, 210)
INSIDE = area_of([BOX], SIZE)
EVERYWHERE = np.ones((512, 512), dtype=np.bool_)


def painted(pixels: Pixels, color: tuple[int, int, int]) -> Pixels:
    after = pixels.copy()
    after[INSIDE] = color
    return after


def test_a_blur_keeps_large_forms_and_a_plain_area_in_its_mean_colour_does_not(
    astronaut: Image,
) -> None:
    before = astronaut.pixels
    soft = cv2.GaussianBlur(before, (0, 0), 8).astype(np.uint8)
    assert same_from_afar(before, soft, INSIDE, 25)
    red, green, blue = (int(one) for one in before[INSIDE].mean(axis=0))
    assert not same_from_afar(before, painted(before, (red, green, blue)), INSIDE, 25)
    grey = np.repeat(soft.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    assert not same_from_afar(before, grey, EVERYWHERE, 25)


def test_nothing_from_around_a_context_shines_into_it() -> None:
    before = np.full((512, 512, 3), 100, dtype=np.uint8)
    after = painted(before, (255, 255, 255))
    assert not same_from_afar(before, after, ~INSIDE, 40)
    assert same_from_afar(before, after, ~INSIDE, 40, ~INSIDE)


def test_other_colours_are_explained_and_another_picture_is_not(
    astronaut: Image, cat: Image
) -> None:
    before = astronaut.pixels
    assert explained_share(before, 255 - before, INSIDE) == pytest.approx(1)
    other = cv2.resize(cat.pixels, SIZE).astype(np.uint8)
    assert explained_share(before, other, INSIDE) < 0.5
    # Nothing to explain.
    assert explained_share(before, painted(before, (9, 9, 9)), INSIDE) == 0


def test_paint_has_a_hard_border_and_what_fades_in_has_none() -> None:
    before = np.full((512, 512, 3), 100, dtype=np.uint8)
    assert hard_border_share(before, painted(before, (180, 90, 90)), EVERYWHERE) > 0.9
    alpha = cv2.GaussianBlur(INSIDE.astype(np.float32), (0, 0), 12)[..., None]
    faded = np.rint(before + alpha * (180 - 100)).astype(np.uint8)
    assert hard_border_share(before, faded, EVERYWHERE) == 0
    assert hard_border_share(before, before, EVERYWHERE) == 0


def test_among_edges_as_hard_a_border_is_none() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (512, 512, 3), dtype=np.uint8)
    assert hard_border_share(noise, painted(noise, (127, 127, 127)), EVERYWHERE) < 0.1
