"""Filling holes in pictures with patches from around them.

Wexler, Shechtman and Irani, "Space-Time Completion of Video", 2007: the hole is filled so that each
patch in it looks like one outside, from coarse to fine.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..values.image import Pixels
from .patch_copy import copy_enlarged
from .patch_match import Binary, Completion, Level, Plane, valid_sources

WORKING_SIDE = 288
"""Longest side of the picture in which patches are looked for, in pixels."""

WORKING_HOLE = 9_000
"""Most pixels of the hole in that picture."""

CONTEXT = 0.8
"""How much around the hole is searched on each side, in widths and heights of the hole."""

ROUNDS = 4
"""How often a level is filled from its patches; the coarsest twice as often."""

_MOST_PIXELS = 4_000_000
"""Larger pictures are reduced in two steps, the first without floats, to bound the memory."""

_SEED = 0


def fill(pixels: Pixels, hole: Binary) -> Pixels:
    """The picture with the hole filled.

    Args:
        pixels: uint8 of shape (H, W, 3).
        hole: what to fill, shape (H, W); if everything is a hole there is nothing to fill from,
            and the picture comes back as it is.
    """
    if not hole.any() or hole.all():
        return pixels
    left, top, right, bottom = _window(hole)
    part, part_hole = pixels[top:bottom, left:right], hole[top:bottom, left:right]
    factor = min(
        1.0, WORKING_SIDE / max(part_hole.shape), (WORKING_HOLE / int(part_hole.sum())) ** 0.5
    )
    small, small_hole = _reduced(part, part_hole, factor)
    found = _complete(small, small_hole)
    filled = pixels.copy()
    target = filled[top:bottom, left:right]
    if found is None:
        smooth = cv2.inpaint(part, part_hole.astype(np.uint8), 5, cv2.INPAINT_TELEA)
        target[part_hole] = smooth[part_hole]
    elif factor == 1.0:
        target[part_hole] = np.rint(found.colors[part_hole]).astype(np.uint8)
    else:
        copy_enlarged(target, part_hole, found)
    return filled


def _window(hole: Binary) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of the hole and its context."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    margin = 16 + round(CONTEXT * max(int(np.ptp(rows)), int(np.ptp(columns))))
    return (
        max(int(columns[0]) - margin, 0),
        max(int(rows[0]) - margin, 0),
        min(int(columns[-1]) + margin + 1, hole.shape[1]),
        min(int(rows[-1]) + margin + 1, hole.shape[0]),
    )


def _reduced(pixels: Pixels | Plane, hole: Binary, factor: float) -> tuple[Plane, Binary]:
    """Picture and hole, smaller; colours of the hole don't bleed out of it.

    A small pixel that any of the hole falls into belongs to the hole.
    """
    if hole.size > _MOST_PIXELS:
        first = (_MOST_PIXELS / hole.size) ** 0.5
        size = round(hole.shape[1] * first), round(hole.shape[0] * first)
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        hole = cv2.resize(hole.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 0
        factor /= first
    height, width = hole.shape
    size = max(round(width * factor), 1), max(round(height * factor), 1)
    known = (~hole).astype(np.float32)
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    weighted = pixels.astype(np.float32) * known[..., None]
    colors = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
    colors = colors / np.maximum(weight, 1e-3)[..., None]
    return colors.astype(np.float32), np.asarray(weight < 0.999)


def _complete(picture: Plane, hole: Binary) -> Completion | None:
    """Fills from the coarsest level on; None when there is no patch to copy."""
    levels = [(picture, hole)]
    while min(levels[-1][1].shape) > 48 and _thickness(levels[-1][1]) > 3:
        levels.append(_reduced(*levels[-1], 0.5))
    while levels and not valid_sources(levels[-1][1]).any():
        levels.pop()
    if not levels:
        return None
    generator = np.random.default_rng(_SEED)
    completion: Completion | None = None
    for index, (colors, missing) in enumerate(reversed(levels)):
        rounds = ROUNDS if index else 2 * ROUNDS
        completion = Level(colors, missing, completion, generator).completed(rounds)
    return completion


def _thickness(hole: Binary) -> float:
    """How far the hole's innermost pixel is from its edge."""
    return float(cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3).max())
