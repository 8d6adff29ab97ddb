"""`Closeup`: a box with what is around it, at a size at which masks are computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ..values import Box
from ..values.image import Pixels
from .guided_filter import guided_coefficients

SIDE = 256
"""Longest side of a closeup, in pixels; larger changes few masks and takes longer."""

AROUND = 0.25
"""How much is seen on each side of the box, in widths and heights of the box."""

GROWTH = 0.04
"""How far a mask may reach beyond each side of its box, in widths and heights of the box."""

EDGE_SIDE = 2048
"""Longest side, in pixels, at which the edge of a mask is computed; larger ones are enlarged."""


@dataclass(frozen=True)
class Closeup:
    """Part of a picture, reduced.

    Args:
        source: the pixels of the whole picture, uint8 (H, W, 3).
        frame: (left, top, right, bottom) of the part in the picture, whole pixels.
        pixels: the part, reduced, uint8 (h, w, 3).
        box: (left, top, right, bottom) of the region's box in `pixels`; fractions of pixels.
    """

    source: Pixels
    frame: tuple[int, int, int, int]
    pixels: Pixels
    box: tuple[float, float, float, float]

    @classmethod
    def of(cls, source: Pixels, box: Box) -> Closeup:
        """The closeup of a box, which is cut off at the picture's edges."""
        height, width = source.shape[:2]
        left, top, right, bottom = box.to_pixels((width, height))
        tight = Box(left, top, right, bottom)
        frame = tight.scaled(1 + 2 * AROUND).to_pixels((width, height))
        part = source[frame[1] : frame[3], frame[0] : frame[2]]
        factor = min(1.0, SIDE / max(part.shape[:2]))
        size = max(round(part.shape[1] * factor), 1), max(round(part.shape[0] * factor), 1)
        reduced = cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        x, y = size[0] / part.shape[1], size[1] / part.shape[0]
        inner = (
            *((left - frame[0]) * x, (top - frame[1]) * y),
            *((right - frame[0]) * x, (bottom - frame[1]) * y),
        )
        return cls(source, frame, reduced, inner)

    @property
    def is_tiny(self) -> bool:
        """Whether there are too few pixels to tell anything apart."""
        left, top, right, bottom = self.box
        return right - left < 8 or bottom - top < 8

    @cached_property
    def in_box(self) -> NDArray[np.bool_]:
        """The pixels of the box, shape (h, w)."""
        return self._inside(0.0)

    @cached_property
    def near_box(self) -> NDArray[np.bool_]:
        """The pixels that a mask may have, shape (h, w)."""
        return self._inside(GROWTH)

    def _inside(self, growth: float) -> NDArray[np.bool_]:
        left, top, right, bottom = self.box
        across, down = (right - left) * growth, (bottom - top) * growth
        rows, columns = np.mgrid[: self.pixels.shape[0], : self.pixels.shape[1]] + 0.5
        return (
            (columns > left - across)
            & (columns < right + across)
            & (rows > top - down)
            & (rows < bottom + down)
        )

    @cached_property
    def radius(self) -> NDArray[np.float32]:
        """For each pixel: 0 at the box's centre, 1 on the ellipse inside the box; shape (h, w)."""
        left, top, right, bottom = self.box
        rows, columns = np.mgrid[: self.pixels.shape[0], : self.pixels.shape[1]] + 0.5
        across = (columns - (left + right) / 2) / ((right - left) / 2)
        down = (rows - (top + bottom) / 2) / ((bottom - top) / 2)
        return np.hypot(across, down).astype(np.float32)

    def to_mask(self, shape: NDArray[np.float32]) -> NDArray[np.bool_]:
        """A mask of the whole picture from a shape of this closeup.

        The edge follows the picture at `EDGE_SIDE`: the guided filter's coefficients are enlarged,
        not the shape itself (He and Sun, "Fast Guided Filter", 2015).

        Args:
            shape: values in [0, 1] of shape (h, w); above one half is inside.
        """
        left, top, right, bottom = self.frame
        part = self.source[top:bottom, left:right]
        factor = min(1.0, EDGE_SIDE / max(part.shape[:2]))
        size = max(round(part.shape[1] * factor), 1), max(round(part.shape[0] * factor), 1)
        picture = cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        slope, offset = guided_coefficients(self.pixels, shape, radius=2, smoothness=1e-4)
        slope = cv2.resize(slope, size, interpolation=cv2.INTER_LINEAR)
        offset = cv2.resize(offset, size, interpolation=cv2.INTER_LINEAR)
        inside = np.asarray(np.einsum("ijk,ijk->ij", slope, picture) + offset > 0.5)
        # Grain of the picture frays the edge: it is smoothed by less than a closeup's pixel.
        deviation = max(0.6 * size[0] / shape.shape[1], 0.6)
        soft = cv2.GaussianBlur(inside.astype(np.uint8) * 255, (0, 0), deviation)
        soft = cv2.resize(soft, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
        inner = self._allowed()
        mask = np.zeros(self.source.shape[:2], dtype=np.bool_)
        mask[top:bottom, left:right][inner] = soft[inner] > 127
        return mask

    def _allowed(self) -> tuple[slice, slice]:
        """The rows and columns of the frame that a mask may have, in the picture's pixels."""
        width, height = self.frame[2] - self.frame[0], self.frame[3] - self.frame[1]
        x, y = width / self.pixels.shape[1], height / self.pixels.shape[0]
        box = Box(self.box[0] * x, self.box[1] * y, self.box[2] * x, self.box[3] * y)
        left, top, right, bottom = box.scaled(1 + 2 * GROWTH).to_pixels((width, height))
        return slice(top, bottom), slice(left, right)
