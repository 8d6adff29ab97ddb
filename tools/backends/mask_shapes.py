"""Shapes of masks in a closeup: cleaned of specks and holes, or made from the box alone."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .closeup import Closeup

KEPT_PART = 0.15
"""Parts smaller than this share of the largest part are specks."""

FILLED_HOLE = 0.01
"""Holes smaller than this share of the shape are closed; larger ones (a handle's) stay."""


def tidied(shape: NDArray[np.float32]) -> NDArray[np.float32]:
    """A shape, values in [0, 1], without specks and small holes."""
    inside = (shape > 0.5).astype(np.uint8)
    kept = _parts(inside, KEPT_PART * _largest(inside))
    filled = 1 - _parts(1 - kept, FILLED_HOLE * float(kept.sum()))
    return np.where(filled == inside, shape, filled).astype(np.float32)


def inscribed(closeup: Closeup) -> NDArray[np.float32]:
    """A rounded shape inside the box with soft edges: the superellipse of degree 4."""
    left, top, right, bottom = closeup.box
    rows, columns = np.mgrid[: closeup.pixels.shape[0], : closeup.pixels.shape[1]] + 0.5
    across = (columns - (left + right) / 2) / max((right - left) / 2, 0.5)
    down = (rows - (top + bottom) / 2) / max((bottom - top) / 2, 0.5)
    radius = (across**4 + down**4) ** 0.25
    return np.clip(0.5 + (0.97 - radius) * 8, 0, 1).astype(np.float32)


def _largest(binary: NDArray[np.uint8]) -> float:
    count, _, stats, _ = cv2.connectedComponentsWithStats(binary, connectivity=4)
    return float(stats[1:, cv2.CC_STAT_AREA].max()) if count > 1 else 0.0


def _parts(binary: NDArray[np.uint8], least: float) -> NDArray[np.uint8]:
    """The connected parts of at least so many pixels, 1 inside."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(binary, connectivity=4)
    large = np.asarray(stats[:, cv2.CC_STAT_AREA] >= least)
    large[0] = False
    return large[np.asarray(labels, dtype=np.intp)].astype(np.uint8)
