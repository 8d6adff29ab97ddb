"""Which regions show the same thing, and which things only one of two looks sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ...tools.backends.detections import overlaps
from ...tools.values import Box, Region

SAME_IOU = 0.5
"""Boxes that overlap this much show the same thing."""
SURE = 0.5
"""Only what one look sees with this score must be seen by the other one, at any score. Without it
every second honest result on photos was doubted; with it, one in twenty."""


class Apart(NamedTuple):
    """How far two looks are apart: what the second one does not see, and what only it sees."""

    unseen: int
    more: int


def apart(
    first: Sequence[Region],
    second: Sequence[Region],
    same: Callable[[Region, Region], bool],
) -> Apart:
    """What is seen surely by one look, and not at all by the other.

    Args:
        first: what one look sees.
        second: what the other one sees.
        same: whether a region of each shows the same thing.
    """
    others = list(second)
    unseen = 0
    for one in first:
        found = next((other for other in others if same(one, other)), None)
        if found is not None:
            others.remove(found)
        elif one.score >= SURE:
            unseen += 1
    return Apart(unseen, sum(one.score >= SURE for one in others))


def iou(one: Box, other: Box) -> float:
    """Intersection over union."""
    first, second = (np.array([box.xyxy], dtype=np.float32) for box in (one, other))
    return float(overlaps(first, second)[0, 0])
