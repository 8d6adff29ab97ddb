"""Fitting a picture of any shape into a network's fixed input, and boxes back out of it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where a picture lies in a square input: scaled with its aspect kept, centred.

    Args:
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        side: of the square input, in pixels.
    """

    width: int
    height: int
    side: int

    @property
    def scaled_size(self) -> tuple[int, int]:
        """(width, height) of the picture inside the input, at least one pixel each way."""
        factor = self.side / max(self.width, self.height)
        return max(round(self.width * factor), 1), max(round(self.height * factor), 1)

    @property
    def offset(self) -> tuple[int, int]:
        """(x, y) of the picture's top left corner inside the input."""
        width, height = self.scaled_size
        return (self.side - width) // 2, (self.side - height) // 2

    def apply(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The input: uint8 of shape (side, side, 3), black around the picture."""
        (width, height), (x, y) = self.scaled_size, self.offset
        # Averaging keeps thin things that sampling would skip; it can't enlarge.
        shrinks = max(self.width, self.height) > self.side
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        canvas = np.zeros((self.side, self.side, 3), dtype=np.uint8)
        canvas[y : y + height, x : x + width] = cv2.resize(
            pixels, (width, height), interpolation=how
        )
        return canvas

    def restore(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Points in pixels of the input as pixels of the picture.

        Args:
            points: shape (..., 2) as x, y, or (..., 4) as x1, y1, x2, y2.
        """
        width, height = self.scaled_size
        times = points.shape[-1] // 2
        offset = np.tile(np.asarray(self.offset, dtype=np.float32), times)
        factor = np.array([self.width / width, self.height / height], dtype=np.float32)
        return (points - offset) * np.tile(factor, times)
