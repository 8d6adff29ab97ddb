from __future__ import annotations

import numpy as np
import pytest
from viscript import Box, Image
from viscript.eval.metrics.edits import (
    area_of,
    changed_share,
    colourful_share,
    detailed,
    sharpness,
)

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


def test_sharpness_is_the_root_mean_square_of_steps_within_the_area() -> None:
    stripes = np.zeros((8, 10, 3), dtype=np.uint8)
    stripes[:, ::2] = 30
    # 72 steps across are of 30, 70 down of 0.
    assert sharpness(stripes, EVERYWHERE) == pytest.approx(30 * (72 / 142) ** 0.5)
    edge = np.zeros((8, 10, 3), dtype=np.uint8)
    edge[:, 5:] = 90
    assert sharpness(edge, EVERYWHERE) > 0
    assert sharpness(edge, area_of([Box(5, 0, 10, 8)], SIZE)) == 0


def test_a_soft_edge_is_less_sharp_than_a_hard_one_of_the_same_height() -> None:
    hard, soft = np.zeros((2, 8, 10, 3), dtype=np.uint8)
    hard[:, 5:] = 90
    soft[:, 4:] = 30
    soft[:, 5:] = 60
    soft[:, 6:] = 90
    assert sharpness(soft, EVERYWHERE) == pytest.approx(sharpness(hard, EVERYWHERE) / 3**0.5)


def test_detail_is_on_both_sides_of_a_step() -> None:
    edge = np.zeros((8, 10, 3), dtype=np.uint8)
    edge[:, 5:, 0] = 9
    assert np.flatnonzero(detailed(edge).all(axis=0)).tolist() == [4, 5]
    edge[:, 5:, 0] = 8
    assert not detailed(edge).any()


def test_grey_pixels_have_no_colour(astronaut: Image) -> None:
    everywhere = np.ones((512, 512), dtype=np.bool_)
    assert colourful_share(astronaut.pixels, everywhere) > 0.5
    grey = np.repeat(astronaut.pixels[:, :, :1], 3, axis=2)
    assert colourful_share(grey, everywhere) == 0
