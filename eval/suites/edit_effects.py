"""Which effect an edit has, by rules that other edits of the same place don't pass."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ...tools.values import Box
from ..metrics.edit_likeness import explained_share, hard_border_share, same_from_afar
from ..metrics.edits import (
    TOLERANCE,
    Area,
    Pixels,
    area_of,
    changed,
    colourful_share,
    detailed,
    sharpness,
)

BLURRED = 0.6
"""Most of its sharpness that a blurred area keeps, and least that one keeps which is not."""
COLOURFUL = 0.05
"""Most of a grey area that may have a colour, of what had one."""
RECOLOURED = 0.9
"""Least share that a change of colours explains where it is all that was done."""
HARD_BORDER = 0.5
"""Most of the border of a filled hole that may be a hard edge."""
TEXTURED, PLAIN = 0.5, 0.05
"""Least share of detail on all sides of a hole that can't be filled with a plain colour, and most
share that is one."""
CORE, BESIDE = 0.5, 1.5
"""The part of a box that is surely its object, and how far its surroundings reach."""


def is_blurred(
    before: Pixels, after: Pixels, area: Area, reach: float, context: Area | None = None
) -> bool:
    """Whether fine detail is gone, and the large forms stay.

    Args:
        before, after: uint8 of shape (H, W, 3).
        area: bool of shape (H, W).
        reach: how far a blur may reach, in pixels.
        context: where it may reach to; None: the whole picture.
    """
    softer = sharpness(after, area) <= BLURRED * sharpness(before, area)
    return softer and same_from_afar(before, after, area, reach, context)


def is_grey(before: Pixels, after: Pixels, area: Area) -> bool:
    """Whether colours are gone, and brightness and detail stay.

    Any weighting of the channels gives a grey between the least and the greatest of them.

    Args:
        before, after: uint8 of shape (H, W, 3).
        area: bool of shape (H, W).
    """
    if not area.any():
        return False
    grey = after[area].astype(np.float32).mean(axis=1)
    nearest = np.clip(grey, before[area].min(axis=1), before[area].max(axis=1))
    off = float(np.sqrt(np.square(grey - nearest).mean()))
    return (
        colourful_share(after, area) <= COLOURFUL * colourful_share(before, area)
        and off <= TOLERANCE
        and sharpness(after, area) > BLURRED * sharpness(before, area)
    )


def shows_through(
    before: Pixels, after: Pixels, area: Area, reach: float, *, alone: bool = False
) -> bool:
    """Whether an area has still what it had: in other colours, or blurred, or blurred and grey.

    Args:
        before, after: uint8 of shape (H, W, 3).
        area: bool of shape (H, W); of it, only what changed counts.
        reach: how far a blur may reach, in pixels.
        alone: what changed is looked at without the rest, of which a thin thing is a small part.
    """
    edited = area & changed(before, after)
    if explained_share(before, after, edited) >= RECOLOURED:
        return True
    context = edited if alone else None
    greyed = before.copy()
    greyed[edited] = cv2.cvtColor(before, cv2.COLOR_RGB2GRAY)[edited][:, None]
    return any(is_blurred(one, after, edited, reach, context) for one in (before, greyed))


def is_filled_in(before: Pixels, after: Pixels, boxes: Sequence[Box]) -> bool:
    """Whether boxes continue what is around them, unlike a patch of paint.

    Args:
        before, after: uint8 of shape (H, W, 3).
        boxes: of the objects that should be gone.
    """
    size = before.shape[1], before.shape[0]
    near = area_of(boxes, size, 2 * BESIDE)
    if hard_border_share(before, after, near) > HARD_BORDER:
        return False
    return not any(_is_plain(after, box, size) for box in boxes)


def _is_plain(after: Pixels, box: Box, size: tuple[int, int]) -> bool:
    """Whether a box is plain, though all sides of it are full of detail."""
    left, top, right, bottom = box.to_pixels(size)
    outer = box.scaled(BESIDE).to_pixels(size)
    beside = (
        Box(outer[0], top, left, bottom),
        Box(right, top, outer[2], bottom),
        Box(left, outer[1], right, top),
        Box(left, bottom, right, outer[3]),
    )
    detail = detailed(after)
    sides = [detail[area_of([one], size)].mean() for one in beside if one.area > 0]
    inner = detail[area_of([box], size, CORE)].mean()
    return bool(sides) and bool(min(sides) >= TEXTURED and inner <= PLAIN)
