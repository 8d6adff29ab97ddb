"""Squares around pictures, for networks that would see only a picture's middle."""

from __future__ import annotations

import numpy as np

from ..values.image import Pixels


def squared(pixels: Pixels, fill: tuple[int, int, int]) -> Pixels:
    """A picture in the middle of a square of one colour.

    Args:
        pixels: uint8 of shape (H, W, 3).
        fill: the colour, 0 to 255 each.

    Returns:
        uint8 of shape (S, S, 3), where S is the longer of H and W.
    """
    height, width = pixels.shape[:2]
    side = max(height, width)
    canvas = np.full((side, side, 3), fill, dtype=np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    canvas[top : top + height, left : left + width] = pixels
    return canvas
