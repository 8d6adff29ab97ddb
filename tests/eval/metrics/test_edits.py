from __future__ import annotations

import numpy as np
import pytest
from viscript import Box, Image
from viscript.eval.metrics.edits import area_of, changed_share, colourful_share, sharpness

SIZE = (10, 8)
EVERYWHERE = np.ones((8, 10), dtype=np.bool_)


def test_areas_are_the_pixels_of_boxes_about_their_centres() -> None:
    assert area_of([Box(2, 2, 6, 6)], SIZE).sum() == 16
    assert area_of([Box(2, 2, 6, 6)], SIZE, 0.5).sum() == 4
    assert area_of([Box(0, 0, 4, 4), Box(2, 2, 6, 6)], SIZE).sum() == 28


def test_what_nobody_sees_is_no_change() -> None:
    before = np.full((8, 10, 3), 100, dtype=np.uint8)
    after = before + np.uint8(5)
    assert changed_share(before, after, EVERYWHERE) == 0
    after[:2, :, 1] = 0
    assert changed_share(before, after, EVERYWHERE) == 0.25
    assert changed_share(before, after, area_of([Box(0, 0, 10, 2)], SIZE)) == 1
    assert changed_share(before, after, ~EVERYWHERE) == 0


def test_sharpness_is_the_difference_to_the_next_pixel() -> None:
    stripes = np.zeros((8, 10, 3), dtype=np.uint8)
    stripes[:, ::2] = 30
    # Nine of ten columns differ by 30 from the one before; rows are alike.
    assert sharpness(stripes, EVERYWHERE) == pytest.approx(27)


def test_grey_pixels_have_no_colour(astronaut: Image) -> None:
    everywhere = np.ones((512, 512), dtype=np.bool_)
    assert colourful_share(astronaut.pixels, everywhere) > 0.5
    grey = np.repeat(astronaut.pixels[:, :, :1], 3, axis=2)
    assert colourful_share(grey, everywhere) == 0
