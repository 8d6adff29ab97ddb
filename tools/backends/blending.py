"""Soft masks, and pictures laid over each other by them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..values.image import Pixels

FEATHER = 0.0016
"""Softness of a mask's edge (a Gaussian's deviation) in shorter sides of the picture."""

_STRIP_PIXELS = 2_000_000


def feathered(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """A mask with soft edges, 0 to 255, shape (H, W)."""
    deviation = max(FEATHER * min(mask.shape), 0.7)
    return cv2.GaussianBlur(mask.astype(np.uint8) * 255, (0, 0), deviation).astype(np.uint8)


def blended(over: Pixels, under: Pixels, alpha: NDArray[np.uint8]) -> Pixels:
    """`over` where alpha is 255, `under` where it is 0; both uint8 (H, W, 3), alpha (H, W)."""
    result = np.empty_like(under)
    rows = max(_STRIP_PIXELS // alpha.shape[1], 1)
    for start in range(0, alpha.shape[0], rows):
        strip = slice(start, start + rows)
        share = alpha[strip, :, None].astype(np.float32) / 255
        mixed = over[strip] * share + under[strip] * (1 - share)
        result[strip] = np.rint(mixed).astype(np.uint8)
    return result
