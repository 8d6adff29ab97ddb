"""Soft masks, and pictures laid over each other by them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..values.image import Pixels

FEATHER = 0.0016
"""Softness of a mask's edge (a Gaussian's deviation) in shorter sides of the picture."""


def feathered(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """A mask with soft edges, 0 to 255, shape (H, W)."""
    deviation = max(FEATHER * min(mask.shape), 0.7)
    return cv2.GaussianBlur(mask.astype(np.uint8) * 255, (0, 0), deviation).astype(np.uint8)


def blended(over: Pixels, under: Pixels, alpha: NDArray[np.uint8]) -> Pixels:
    """`over` where alpha is 255, `under` where it is 0; both uint8 (H, W, 3), alpha (H, W)."""
    result = np.where((alpha > 127)[..., None], over, under)
    edge = np.nonzero((alpha > 0) & (alpha < 255))
    share = alpha[edge][:, None].astype(np.float32) / 255
    result[edge] = np.rint(over[edge] * share + under[edge] * (1 - share))
    return result
