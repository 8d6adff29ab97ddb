"""What of the pixels before is left in those after an edit, and how it joins what is around it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .edits import TOLERANCE, Area, Pixels, changed

Values = NDArray[np.float32]

UNSEEN = 4.0
"""A difference that nobody sees between two areas of which only the large forms are left, in grey
levels."""
SHADES = 0.5
"""Most of its own spread by which an area's large forms may be off: a plain area in its mean colour
is off by all of it."""
HARD = 16.0
"""A step that is an edge, in grey levels."""
USUAL = 90
"""Percentile of the steps around, below which a step is nothing special there."""
GAP, RING = 4, 8
"""Pixels across a border, which may be soft, and those beside it that it is compared with."""

_BLURRED_AT = 4.0
"""Deviation at which a blur is computed; stronger ones on a smaller picture."""
_OPPONENT = np.array(
    [[0.299, 0.587, 0.114], [0.701, -0.587, -0.114], [-0.299, -0.587, 0.886]], dtype=np.float32
)
"""Brightness, and what red and blue have more than that."""


def same_from_afar(
    before: Pixels, after: Pixels, area: Area, reach: float, context: Area | None = None
) -> bool:
    """Whether an area's large forms are the same, in brightness and in colours.

    Args:
        before, after: uint8 of shape (H, W, 3).
        area: bool of shape (H, W); an empty one is the same.
        reach: how far the details reach that don't matter, in pixels.
        context: what is looked at from afar, and contains the area; None: the whole picture.
    """
    if not area.any():
        return True
    seen = np.ones_like(area) if context is None else context
    old = _large_forms(before, seen, reach)[area] @ _OPPONENT.T
    new = _large_forms(after, seen, reach)[area] @ _OPPONENT.T
    off = np.sqrt(np.square(new - old).mean(axis=0))
    return bool(np.all(off <= np.maximum(UNSEEN, SHADES * old.std(axis=0))))


def _large_forms(pixels: Pixels, area: Area, reach: float) -> Values:
    """An area heavily blurred by itself, so that nothing around it shines in: shape (H, W, 3).

    Normalised convolution (Knutsson and Westin, 1993), as in `blur_background`.
    """
    height, width = area.shape
    factor = min(_BLURRED_AT / reach, 1.0)
    size = max(round(width * factor), 1), max(round(height * factor), 1)

    def smooth(values: Values) -> Values:
        small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (0, 0), reach * factor)
        return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)

    inside = area.astype(np.float32)
    total = smooth(pixels.astype(np.float32) * inside[..., None])
    return (total / np.maximum(smooth(inside), 1e-4)[..., None]).astype(np.float32)


def explained_share(before: Pixels, after: Pixels, area: Area) -> float:
    """How much of an area's variation is a change of colours, the same for each pixel, 0 to 1.

    1 for grey and inverted versions, near 0 for another picture, 0 where nothing varies visibly.

    Args:
        before, after: uint8 of shape (H, W, 3).
        area: bool of shape (H, W).
    """
    new = after[area].astype(np.float64)
    variance = float(new.var(axis=0).mean()) if area.any() else 0.0
    if variance <= TOLERANCE**2:
        return 0.0
    old = np.column_stack([before[area].astype(np.float64), np.ones(len(new))])
    fit = np.linalg.lstsq(old, new, rcond=None)[0]
    return 1 - float(np.square(new - old @ fit).mean()) / variance


def hard_border_share(before: Pixels, after: Pixels, near: Area) -> float:
    """How much of the border of what changed is an edge that is harder than those around, 0 to 1.

    Args:
        before, after: uint8 of shape (H, W, 3).
        near: bool of shape (H, W), where to look.
    """
    inside = _filled(changed(before, after) & near)
    wide = cv2.dilate(inside.astype(np.uint8), np.ones((2 * RING + 1, 2 * RING + 1), np.uint8))
    beside = (wide > 0) & ~inside
    across: list[Values] = []
    around: list[Values] = []
    for axis in (0, 1):
        values = np.moveaxis(after, axis, 0).astype(np.float32)
        within, outside = np.moveaxis(inside, axis, 0), np.moveaxis(beside, axis, 0)
        steps = np.abs(values[GAP:] - values[:-GAP]).mean(axis=2)
        middle = within[GAP // 2 : -GAP // 2] != within[GAP // 2 - 1 : -GAP // 2 - 1]
        across.append(steps[middle & (within[GAP:] != within[:-GAP])])
        around.append(steps[outside[GAP:] & outside[:-GAP]])
    border, usual = np.concatenate(across), np.concatenate(around)
    least = max(HARD, float(np.percentile(usual, USUAL))) if usual.size else HARD
    return float((border > least).mean()) if border.size else 0.0


def _filled(area: Area) -> Area:
    """An area without specks and holes: a pixel may have the same colour by chance."""
    square = np.ones((5, 5), np.uint8)
    closed = cv2.morphologyEx(area.astype(np.uint8), cv2.MORPH_CLOSE, square)
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(closed, outlines, -1, 1, cv2.FILLED)
    return cv2.morphologyEx(closed, cv2.MORPH_OPEN, square) > 0
