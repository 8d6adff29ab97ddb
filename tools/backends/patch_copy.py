"""Filling a large picture as its reduced copy was filled, without losing its sharpness."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..cancellation import current_cancellation
from ..values.image import Pixels
from .patch_match import Binary, Completion, Plane

STRIP_PIXELS = 1_000_000
"""Pixels that are filled at once: bounds the memory."""

LEAST_WEIGHT = 1e-3
"""Weight of the copies below which a pixel takes the enlarged colour instead."""


def copy_enlarged(target: Pixels, hole: Binary, found: Completion) -> None:
    """Fills the hole of the full-size picture `target`, uint8 (H, W, 3), in place.

    Each pixel is copied from where its small pixel's patch came from; the copies of the four
    nearest small pixels are blended.

    Args:
        target: the picture.
        hole: what to fill, shape (H, W), not empty.
        found: how the reduced picture was filled.
    """
    height, width = hole.shape
    smooth = np.clip(np.rint(found.colors), 0, 255).astype(np.uint8)
    smooth = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    source = _Source(target.copy(), (~hole).astype(np.uint8), found)
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    across = np.arange(int(columns[0]), int(columns[-1]) + 1)
    strip = max(STRIP_PIXELS // len(across), 1)
    for start in range(int(rows[0]), int(rows[-1]) + 1, strip):
        current_cancellation().check()
        down = np.arange(start, min(start + strip, int(rows[-1]) + 1))
        total, weight = source.copies(down, across)
        window = np.s_[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
        mean = np.rint(total / np.maximum(weight, LEAST_WEIGHT)[..., None])
        filled = np.where(weight[..., None] > LEAST_WEIGHT, mean, smooth[window])
        target[window] = np.where(hole[window][..., None], filled, target[window]).astype(np.uint8)


@dataclass(frozen=True)
class _Source:
    """The full-size picture that is copied from, and the reduced one that says what."""

    pixels: Pixels
    known: NDArray[np.uint8]
    found: Completion

    def copies(self, down: NDArray[np.intp], across: NDArray[np.intp]) -> tuple[Plane, Plane]:
        """The weighted sum of the copies for some rows and columns, (h, w, 3); the weights."""
        rows, columns = self.found.sources.shape[:2]
        scale_y, scale_x = self.known.shape[0] / rows, self.known.shape[1] / columns
        y, x = (down + 0.5) / scale_y - 0.5, (across + 0.5) / scale_x - 0.5
        total = np.zeros((len(down), len(across), 3), dtype=np.float32)
        weight = np.zeros((len(down), len(across)), dtype=np.float32)
        for below in (0, 1):
            for right in (0, 1):
                row, column = (
                    np.floor(y).astype(np.intp) + below,
                    np.floor(x).astype(np.intp) + right,
                )
                share = np.outer(1 - np.abs(y - row), 1 - np.abs(x - column))
                row, column = np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)
                places = self.found.sources[np.ix_(row, column)]
                # Only pixels in and around the small hole have a source; none lies at (0, 0).
                share = share * places.any(axis=2)
                from_y = (places[..., 0] - row[:, None]) * scale_y + down[:, None]
                from_x = (places[..., 1] - column[None, :]) * scale_x + across[None, :]
                maps = from_x.astype(np.float32), from_y.astype(np.float32)
                usable = cv2.remap(self.known, *maps, cv2.INTER_NEAREST)
                share = (share * usable).astype(np.float32)
                total += cv2.remap(self.pixels, *maps, cv2.INTER_NEAREST) * share[..., None]
                weight += share
        return total, weight
