"""What an edit did to pixels: where it changed them, how sharp and colourful they are now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...tools.values import Box

Pixels = NDArray[np.uint8]
Area = NDArray[np.bool_]

TOLERANCE = 8
"""Differences of a channel, of 255, that nobody sees: a picture that was saved and read again."""


def area_of(boxes: Sequence[Box], size: tuple[int, int], scale: float = 1.0) -> Area:
    """The pixels of boxes in a picture of `size` (width, height): bool of shape (H, W).

    Args:
        boxes: the boxes, in pixels.
        size: of the picture.
        scale: of each box about its centre.
    """
    inside = np.zeros((size[1], size[0]), dtype=np.bool_)
    for box in boxes:
        left, top, right, bottom = box.scaled(scale).to_pixels(size)
        inside[top:bottom, left:right] = True
    return inside


def changed_share(before: Pixels, after: Pixels, area: Area) -> float:
    """The share of an area's pixels that changed visibly, 0 to 1; 0 for an empty area.

    Args:
        before, after: uint8 of shape (H, W, 3).
        area: bool of shape (H, W).
    """
    differ = np.abs(before.astype(np.int16) - after).max(axis=2) > TOLERANCE
    return float(differ[area].mean()) if area.any() else 0.0


def sharpness(pixels: Pixels, area: Area) -> float:
    """The mean difference of an area's pixels to the next ones, in grey levels; 0 when empty."""
    grey = pixels.astype(np.float32).mean(axis=2)
    across, down = np.zeros_like(grey), np.zeros_like(grey)
    across[:, 1:] = np.abs(np.diff(grey, axis=1))
    down[1:] = np.abs(np.diff(grey, axis=0))
    return float((across + down)[area].mean()) if area.any() else 0.0


def colourful_share(pixels: Pixels, area: Area) -> float:
    """The share of an area's pixels whose channels differ visibly, 0 to 1; 0 when empty."""
    spread = pixels.max(axis=2).astype(np.int16) - pixels.min(axis=2) > TOLERANCE
    return float(spread[area].mean()) if area.any() else 0.0
