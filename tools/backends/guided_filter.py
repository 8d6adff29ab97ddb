"""The guided filter: smooths values so that their edges are those of a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..values.image import Pixels

Plane = NDArray[np.float32]


def guided(picture: Pixels, values: Plane, radius: int, smoothness: float) -> Plane:
    """Values smoothed by the guided filter, about in [0, 1] again, of shape (H, W).

    He, Sun and Tang, "Guided Image Filtering", 2010, with a colour guide.

    Args:
        picture: the guide, uint8 RGB of shape (H, W, 3).
        values: what is smoothed, of shape (H, W), in [0, 1].
        radius: of the square window, in pixels.
        smoothness: the paper's epsilon for a guide in [0, 1]: edges much weaker than its root
            are smoothed away.
    """
    slope, offset = guided_coefficients(picture, values, radius, smoothness)
    guide = picture.astype(np.float32) / np.float32(255)
    return (slope * guide).sum(axis=2) + offset


def guided_coefficients(
    picture: Pixels, values: Plane, radius: int, smoothness: float
) -> tuple[Plane, Plane]:
    """The filter's averaged coefficients: slope of shape (H, W, 3), offset of shape (H, W).

    The filtered value of a pixel is slope · colour + offset, with colours in [0, 1].
    """
    guide = picture.astype(np.float32) / np.float32(255)

    def mean(plane: NDArray[np.floating]) -> Plane:
        window = (2 * radius + 1, 2 * radius + 1)
        single = plane.astype(np.float32)
        return cv2.blur(single, window, borderType=cv2.BORDER_REFLECT).astype(np.float32)

    mean_guide, mean_values = mean(guide), mean(values)
    covariance = mean(guide * values[..., None]) - mean_guide * mean_values[..., None]
    spread = np.empty((*values.shape, 3, 3), dtype=np.float32)
    for first in range(3):
        for second in range(first, 3):
            product = mean(guide[..., first] * guide[..., second])
            product = product - mean_guide[..., first] * mean_guide[..., second]
            spread[..., first, second] = spread[..., second, first] = product
    spread += np.float32(smoothness) * np.eye(3, dtype=np.float32)
    slope = np.linalg.solve(spread, covariance[..., None])[..., 0].astype(np.float32)
    offset = mean_values - (slope * mean_guide).sum(axis=2)
    return mean(slope), mean(offset)
