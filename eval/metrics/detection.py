"""COCO's average precision (Lin et al., 2014), by supervision's evaluator.

It is maintained, follows pycocotools (ranking, crowds, 100 detections a class), and comes with
viscript's own requirements; pycocotools itself is compiled, and torchmetrics needs torch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...tools.values import Box


class Detected(NamedTuple):
    """An object that was found."""

    name: str
    box: Box
    score: float


class Real(NamedTuple):
    """An object that is there; a crowd is many under one box, and finding it counts nothing."""

    name: str
    box: Box
    crowd: bool = False


class Picture(NamedTuple):
    """What was found in a picture, and what is there."""

    found: Sequence[Detected]
    real: Sequence[Real]


class AveragePrecision(NamedTuple):
    """The mean over classes, 0 to 1; NaN when nothing is there.

    Args:
        mean: over the thresholds of IoU .50, .55, ... .95: COCO's AP.
        at_50: at IoU .50.
        at_75: at IoU .75.
    """

    mean: float
    at_50: float
    at_75: float


def average_precision(pictures: Sequence[Picture]) -> AveragePrecision:
    """COCO's AP, AP50 and AP75 of all pictures together.

    Names that no real object has count nothing, as in COCO's evaluation.
    """
    import supervision as sv
    from supervision.config import ISCROWD_DATA_FIELD
    from supervision.metrics import MeanAveragePrecision

    names = sorted({one.name for picture in pictures for one in picture.real})
    if not names:
        return AveragePrecision(math.nan, math.nan, math.nan)
    number = {name: at for at, name in enumerate(names)}
    found: list[sv.Detections] = []
    real: list[sv.Detections] = []
    for picture in pictures:
        known = [one for one in picture.found if one.name in number]
        found.append(
            sv.Detections(
                xyxy=_boxes([one.box for one in known]),
                class_id=np.array([number[one.name] for one in known], dtype=int),
                confidence=np.array([one.score for one in known], dtype=np.float32),
            )
        )
        real.append(
            sv.Detections(
                xyxy=_boxes([one.box for one in picture.real]),
                class_id=np.array([number[one.name] for one in picture.real], dtype=int),
                data={ISCROWD_DATA_FIELD: np.array([int(one.crowd) for one in picture.real])},
            )
        )
    result = MeanAveragePrecision().update(found, real).compute()
    figures = (result.map50_95, result.map50, result.map75)
    # The evaluator says -1 where there is nothing to find.
    return AveragePrecision(*(math.nan if one < 0 else float(one) for one in figures))


def _boxes(boxes: Sequence[Box]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array([one.xyxy for one in boxes], dtype=np.float32).reshape(-1, 4)
