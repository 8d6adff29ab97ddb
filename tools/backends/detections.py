"""`Detections`: what a detector sees in one picture, as arrays, and how doubles are removed."""

from __future__ import annotations

from collections.abc import Sequence
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

    @classmethod
    def joined(cls, parts: Sequence[Detections]) -> Detections:
        """The detections of several lists as one; none of an empty list."""
        if not parts:
            empty = np.zeros(0, dtype=np.float32)
            return cls(empty.reshape(0, 4), empty, np.zeros(0, dtype=np.int64))
        boxes = np.concatenate([part.boxes for part in parts])
        scores = np.concatenate([part.scores for part in parts])
        return cls.sorted(boxes, scores, np.concatenate([part.classes for part in parts]))

    def __len__(self) -> int:
        return len(self.scores)

    def where(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Detections:
        """Some of them, chosen by a condition or by their positions."""
        return Detections(self.boxes[keep], self.scores[keep], self.classes[keep])

    def of_classes_from(self, first: int) -> Detections:
        """The same detections, whose class 0 is called `first`, and so on."""
        return Detections(self.boxes, self.scores, self.classes + first)

    def inside(self, size: tuple[int, int]) -> Detections:
        """The boxes as far as they lie inside a picture of `size` (width, height)."""
        limits = np.array([*size, *size], dtype=np.float32)
        starts = np.all(self.boxes[:, :2] < limits[:2], axis=1)
        ends = np.all(self.boxes[:, 2:] > 0, axis=1)
        kept = self.where(np.flatnonzero(starts & ends))
        return Detections(np.clip(kept.boxes, 0, limits), kept.scores, kept.classes)

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
