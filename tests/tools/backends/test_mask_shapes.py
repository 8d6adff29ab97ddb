from __future__ import annotations

import numpy as np
from viscript.tools.backends.closeup import Closeup
from viscript.tools.backends.mask_shapes import inscribed, tidied
from viscript.tools.values import Box


def test_specks_vanish_and_small_holes_close_but_large_ones_stay() -> None:
    shape = np.zeros((100, 100), dtype=np.float32)
    shape[20:80, 20:80] = 0.9
    shape[30:32, 30:32] = 0.1
    shape[45:70, 45:70] = 0.2
    shape[5:8, 5:8] = 1.0
    tidy = tidied(shape)
    assert tidy[6, 6] == 0
    assert tidy[31, 31] == 1
    assert tidy[50, 50] == np.float32(0.2)
    assert tidy[25, 25] == np.float32(0.9)


def test_two_parts_of_like_size_both_stay() -> None:
    shape = np.zeros((50, 100), dtype=np.float32)
    shape[10:40, 5:40] = shape[10:40, 60:95] = 1
    assert np.array_equal(tidied(shape), shape)


def test_nothing_stays_nothing() -> None:
    empty = np.zeros((20, 20), dtype=np.float32)
    assert np.array_equal(tidied(empty), empty)


def test_the_rounded_shape_fills_most_of_its_box_but_not_its_corners() -> None:
    source = np.zeros((200, 300, 3), dtype=np.uint8)
    closeup = Closeup.of(source, Box(60, 50, 220, 150))
    mask = closeup.to_mask(inscribed(closeup))
    inside = mask[50:150, 60:220]
    assert 0.8 < inside.mean() < 0.97
    assert mask.sum() - inside.sum() < 200
    assert not mask[51, 61]
    assert mask[100, 65]


def test_a_closeup_shows_what_is_around_its_box_and_no_more_than_the_picture() -> None:
    source = np.zeros((1000, 2000, 3), dtype=np.uint8)
    closeup = Closeup.of(source, Box(0, 200, 400, 400))
    assert closeup.frame == (0, 150, 500, 450)
    assert max(closeup.pixels.shape) == 256
    left, top, right, bottom = closeup.box
    assert (left, right) == (0, 0.8 * closeup.pixels.shape[1])
    assert abs(top - closeup.pixels.shape[0] / 6) < 1
    assert abs(bottom - closeup.pixels.shape[0] * 5 / 6) < 1


def test_the_edge_of_a_mask_is_that_of_the_full_size_picture() -> None:
    source = np.full((1200, 1600, 3), 60, dtype=np.uint8)
    rows, columns = np.mgrid[:1200, :1600]
    disc = np.hypot(rows - 600, columns - 800) < 400
    source[disc] = (220, 200, 40)
    closeup = Closeup.of(source, Box(400, 200, 1200, 1000))
    coarse = (closeup.pixels[..., 0] > 140).astype(np.float32)
    mask = closeup.to_mask(coarse)
    assert (mask ^ disc).sum() / disc.sum() < 0.01
