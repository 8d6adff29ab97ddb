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


def changed(before: Pixels, after: Pixels) -> Area:
    """The pixels that changed visibly: bool of shape (H, W).

    Args:
        before, after: uint8 of shape (H, W, 3).
    """
    return np.abs(before.astype(np.int16) - after).max(axis=2) > TOLERANCE


def changed_share(before: Pixels, after: Pixels, area: Area) -> float:
    """The share of an area's pixels that changed visibly, 0 to 1; 0 for an empty area.

    Args:
        before, after: uint8 of shape (H, W, 3).
        area: bool of shape (H, W).
    """
    return float(changed(before, after)[area].mean()) if area.any() else 0.0


def detailed(pixels: Pixels) -> Area:
    """The pixels that differ visibly from a next one, where a blur shows: bool of shape (H, W)."""
    found = np.zeros(pixels.shape[:2], dtype=np.bool_)
    for here, there in _NEIGHBOURS:
        differ = changed(pixels[here], pixels[there])
        found[here] |= differ
        found[there] |= differ
    return found


def coloured(pixels: Pixels) -> Area:
    """The pixels whose channels differ visibly: bool of shape (H, W)."""
    return pixels.max(axis=2).astype(np.int16) - pixels.min(axis=2) > TOLERANCE


def colourful_share(pixels: Pixels, area: Area) -> float:
    """The share of an area's pixels whose channels differ visibly, 0 to 1; 0 when empty."""
    return float(coloured(pixels)[area].mean()) if area.any() else 0.0


def sharpness(pixels: Pixels, area: Area) -> float:
    """The root mean square of the steps between an area's pixels, in grey levels; 0 when empty.

    Squares, since a blurred edge has as much of a step as before, spread over more pixels.
    """
    grey = pixels.astype(np.float32).mean(axis=2)
    squares, count = 0.0, 0
    for here, there in _NEIGHBOURS:
        steps = (grey[here] - grey[there])[area[here] & area[there]]
        squares += float(np.square(steps).sum())
        count += steps.size
    return (squares / count) ** 0.5 if count else 0.0


_NEIGHBOURS = ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1]))
"""Each pixel, and the one to its left or above it."""
