from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from viscript.tools.backends.inpainting import fill
from viscript.tools.cancellation import Cancellation, cancellable
from viscript.tools.errors import CancelledError


def bricks(height: int, width: int) -> NDArray[np.uint8]:
    rows, columns = np.mgrid[:height, :width]
    mortar = (rows % 16 < 2) | ((columns + 12 * (rows // 16 % 2)) % 24 < 2)
    wall = np.where(mortar[..., None], (200, 195, 185), (150, 60, 45))
    return (wall + np.random.default_rng(0).normal(0, 3, (height, width, 1))).astype(np.uint8)


def square(height: int, width: int, top: int, left: int, side: int) -> NDArray[np.bool_]:
    hole = np.zeros((height, width), dtype=np.bool_)
    hole[top : top + side, left : left + side] = True
    return hole


def test_a_hole_in_a_pattern_is_filled_with_the_pattern() -> None:
    wall, hole = bricks(160, 200), square(160, 200, 60, 80, 40)
    broken = wall.copy()
    broken[hole] = (0, 255, 0)
    filled = fill(broken, hole)
    error = np.abs(filled[hole].astype(int) - wall[hole]).mean()
    smooth = cv2.inpaint(broken, hole.astype(np.uint8), 5, cv2.INPAINT_TELEA)
    assert error < 0.5 * np.abs(smooth[hole].astype(int) - wall[hole]).mean()
    assert np.array_equal(filled[~hole], broken[~hole])


def test_the_texture_of_a_large_picture_stays_sharp() -> None:
    grain = np.random.default_rng(1).normal(128, 40, (900, 1200, 3))
    noise = np.clip(grain, 0, 255).astype(np.uint8)
    hole = square(900, 1200, 300, 400, 320)
    filled = fill(noise, hole)
    assert filled[hole].std() > 0.5 * noise[hole].std()


def test_a_gradient_goes_on_smoothly_over_the_hole() -> None:
    ramp = np.broadcast_to(np.linspace(20, 230, 240)[None, :, None], (160, 240, 3))
    picture, hole = ramp.astype(np.uint8), square(160, 240, 60, 90, 40)
    broken = picture.copy()
    broken[hole] = 0
    assert np.abs(fill(broken, hole)[hole].astype(int) - picture[hole]).mean() < 20


def test_a_thin_line_across_a_large_picture_is_filled() -> None:
    picture = np.full((600, 3000, 3), (40, 90, 160), dtype=np.uint8)
    hole = np.zeros((600, 3000), dtype=np.bool_)
    hole[300, :] = True
    broken = picture.copy()
    broken[hole] = 255
    assert np.abs(fill(broken, hole).astype(int) - picture).max() <= 2


def test_the_same_hole_is_filled_the_same_every_time() -> None:
    wall, hole = bricks(120, 120), square(120, 120, 40, 40, 30)
    assert np.array_equal(fill(wall, hole), fill(wall, hole))


def test_without_a_hole_or_without_anything_else_the_picture_stays() -> None:
    wall = bricks(40, 40)
    assert np.array_equal(fill(wall, np.zeros((40, 40), dtype=np.bool_)), wall)
    assert np.array_equal(fill(wall, np.ones((40, 40), dtype=np.bool_)), wall)


def test_filling_stops_when_its_call_is_cancelled() -> None:
    token = Cancellation()
    token.cancel("enough")
    with cancellable(token), pytest.raises(CancelledError, match="enough"):
        fill(bricks(120, 120), square(120, 120, 40, 40, 30))


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.tuples(*(st.floats(0, 1) for _ in range(4))),
)
def test_any_hole_in_any_small_picture_is_filled_and_nothing_else_changes(
    height: int, width: int, edges: tuple[float, ...]
) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    hole = np.zeros((height, width), dtype=np.bool_)
    top, bottom = sorted(round(edge * height) for edge in edges[:2])
    left, right = sorted(round(edge * width) for edge in edges[2:])
    hole[top:bottom, left:right] = True
    filled = fill(picture, hole)
    assert filled.shape == picture.shape
    assert np.array_equal(filled[~hole], picture[~hole])
