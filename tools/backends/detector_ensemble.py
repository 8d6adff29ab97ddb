"""NanoDet and CenterNet together: weighted boxes fusion (Solovyev et al., 2021).

It serves `find` and `list_objects` of the profile `embedded-plus`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..values.image import Pixels
from . import BackendSpec, Tools
from .centernet import CenterNet
from .coco import THINGS
from .detections import Detections, overlaps
from .nanodet import NanoDet
from .object_finder import REMEMBERED, SAME_CLASS_IOU, ObjectFinder
from .things_and_shapes import ThingsAndShapes

THRESHOLD = 0.22
"""Least fused score of what is reported, unless the option `threshold` says otherwise.

It is lower than one detector's, because what only one of two sees keeps half its score.
"""

MATCH_IOU = 0.55
"""Boxes of a class from two detectors that overlap more are one thing's."""


def load(spec: BackendSpec, tools: Tools) -> ThingsAndShapes:
    """Loads both networks; `spec.checkpoint` may name CenterNet's file."""
    spec.only("threshold", "remembered")
    threshold = spec.number("threshold", THRESHOLD, 0, 1)
    remembered = int(spec.number("remembered", REMEMBERED, 0, 10**6))
    nanodet, centernet = NanoDet(), CenterNet(spec.checkpoint)

    def detect(pixels: Pixels) -> Detections:
        return fused([nanodet.detect(pixels), centernet.detect(pixels)])

    finder = ObjectFinder(detect, THINGS, threshold, remembered)
    return ThingsAndShapes(finder, THINGS, tools)


def fused(each: Sequence[Detections]) -> Detections:
    """The detections of several detectors of one picture as one list.

    Boxes that match are averaged, weighted by their scores. A fused score is the sum of the scores
    over the number of detectors: what one of two detectors doesn't see loses half.
    """
    boxes = np.zeros((0, 4), dtype=np.float32)
    scores = np.zeros(0, dtype=np.float32)
    classes = np.zeros(0, dtype=np.int64)
    for detections in each:
        left = detections.suppressed(SAME_CLASS_IOU, within_classes=True)
        match = overlaps(boxes, left.boxes) * (classes[:, None] == left.classes[None, :])
        alone = np.ones(len(left), dtype=np.bool_)
        for index in np.argsort(-scores, kind="stable"):
            candidates = match[index] * alone
            if len(left) == 0 or candidates.max() <= MATCH_IOU:
                continue
            other = int(candidates.argmax())
            alone[other] = False
            total = scores[index] + left.scores[other]
            boxes[index] = (
                boxes[index] * scores[index] + left.boxes[other] * left.scores[other]
            ) / total
            scores[index] = total
        boxes = np.concatenate([boxes, left.boxes[alone]])
        scores = np.concatenate([scores, left.scores[alone]])
        classes = np.concatenate([classes, left.classes[alone]])
    return Detections.sorted(boxes, scores / np.float32(len(each)), classes)
