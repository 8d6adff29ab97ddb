from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from viscript.tools.backends.letterbox import Letterbox

sides = st.integers(1, 3000)


@given(sides, sides, st.sampled_from([192, 256, 416]))
def test_corners_of_the_input_map_to_corners_of_the_picture(
    width: int, height: int, side: int
) -> None:
    letterbox = Letterbox(width, height, side)
    (x, y), (wide, high) = letterbox.offset, letterbox.scaled_size
    assert max(wide, high) == side
    inside = np.array([x, y, x + wide, y + high], dtype=np.float32)
    restored = letterbox.restore(inside)
    np.testing.assert_allclose(restored, [0, 0, width, height], rtol=1e-5, atol=1e-2)


def test_the_picture_keeps_its_aspect_between_black_bars() -> None:
    white = np.full((100, 200, 3), 255, dtype=np.uint8)
    canvas = Letterbox(200, 100, 64).apply(white)
    assert canvas.shape == (64, 64, 3)
    assert canvas[16:48].min() == 255
    assert canvas[:16].max() == canvas[48:].max() == 0


def test_a_picture_of_one_pixel_and_a_sliver_fit() -> None:
    for shape in ((1, 1), (3, 2000), (2000, 3)):
        pixels = np.full((*shape, 3), 9, dtype=np.uint8)
        assert Letterbox(shape[1], shape[0], 64).apply(pixels).max() == 9
