"""`Detections`: what a detector sees in one picture, as arrays, and how doubles are removed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Detections:
    """N detections, the surest first.

    Args:
        boxes: float32 of shape (N, 4): left, top, right, bottom, in pixels of the picture.
        scores: float32 of shape (N,), in [0, 1].
        classes: whole numbers of shape (N,), an index into the detector's names.
    """

    boxes: Floats
    scores: Floats
    classes: NDArray[np.int64]

    @classmethod
    def sorted(cls, boxes: Floats, scores: Floats, classes: NDArray[np.int64]) -> Detections:
        """Detections in any order, brought into theirs; equal scores keep their order."""
        order = np.argsort(-scores, kind="stable")
        return cls(boxes[order], scores[order], classes[order])

    def __len__(self) -> int:
        return len(self.scores)

    def where(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Detections:
        """Some of them, chosen by a condition or by their positions."""
        return Detections(self.boxes[keep], self.scores[keep], self.classes[keep])

    def suppressed(self, iou: float, *, within_classes: bool) -> Detections:
        """Without those that overlap a surer one (greedy non-maximum suppression).

        Args:
            iou: the intersection over union above which two boxes show the same thing.
            within_classes: only boxes of the same class are doubles; otherwise any are.
        """
        doubles = overlaps(self.boxes, self.boxes) > iou
        if within_classes:
            doubles &= self.classes[:, None] == self.classes[None, :]
        kept = np.ones(len(self), dtype=np.bool_)
        for index in range(len(self)):
            if kept[index]:
                kept[index + 1 :] &= ~doubles[index, index + 1 :]
        return self.where(kept)


def overlaps(a: Floats, b: Floats) -> Floats:
    """Intersection over union of each box of `a`, (N, 4), with each of `b`, (M, 4): (N, M)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    union = areas(a)[:, None] + areas(b)[None, :] - shared
    return shared / np.maximum(union, np.float32(1e-9))


def areas(boxes: Floats) -> Floats:
    """The area of each box of shape (..., 4); shape (...)."""
    return np.clip(boxes[..., 2:] - boxes[..., :2], 0, None).prod(axis=-1)
