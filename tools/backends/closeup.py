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

_STRIP_PIXELS = 4_000_000
"""Pixels of a full-size mask that are computed at once: bounds memory on large pictures."""


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

        The edge follows the full-size picture: the guided filter's coefficients are enlarged, not
        the shape itself (He and Sun, "Fast Guided Filter", 2015).

        Args:
            shape: values in [0, 1] of shape (h, w); above one half is inside.
        """
        left, top, right, bottom = self.frame
        width, height = right - left, bottom - top
        x, y = width / shape.shape[1], height / shape.shape[0]
        slope, offset = guided_coefficients(self.pixels, shape, radius=2, smoothness=1e-4)
        planes = np.concatenate([slope, offset[..., None]], axis=2)
        part = np.zeros((height, width), dtype=np.bool_)
        rows = max(_STRIP_PIXELS // width, 1)
        for start in range(0, height, rows):
            stop = min(start + rows, height)
            # Maps pixel centres of the strip to pixel centres of the closeup.
            move = np.array([[1 / x, 0, 0.5 / x - 0.5], [0, 1 / y, (start + 0.5) / y - 0.5]])
            enlarged = cv2.warpAffine(
                planes,
                move,
                (width, stop - start),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )
            strip = self.source[top + start : top + stop, left:right]
            part[start:stop] = (enlarged[..., :3] * strip).sum(axis=2) / 255 + enlarged[
                ..., 3
            ] > 0.5
        # Grain of the full-size picture frays the edge: it is smoothed below a closeup's pixel.
        part = cv2.GaussianBlur(part.astype(np.uint8) * 255, (0, 0), max(0.6 * x, 0.6)) > 127
        box = self.box
        grown = Box(box[0] * x, box[1] * y, box[2] * x, box[3] * y).scaled(1 + 2 * GROWTH)
        inner = grown.to_pixels((width, height))
        mask = np.zeros(self.source.shape[:2], dtype=np.bool_)
        allowed = (
            slice(top + inner[1], top + inner[3]),
            slice(left + inner[0], left + inner[2]),
        )
        mask[allowed] = part[inner[1] : inner[3], inner[0] : inner[2]]
        return mask
