"""Overlap of boxes, for referring expressions (RefCOCO/+/g; Yu et al., 2016)."""

from __future__ import annotations

from collections.abc import Sequence

from ...tools.values import Box

RIGHT_IOU = 0.5
"""A box is right when it overlaps the true one this much, as in Yu et al. (2016)."""


def iou(given: Box, true: Box) -> float:
    """Intersection over union of two boxes, 0 to 1; 0 when neither has an area."""
    width = min(given.right, true.right) - max(given.left, true.left)
    height = min(given.bottom, true.bottom) - max(given.top, true.top)
    shared = max(0.0, width) * max(0.0, height)
    union = given.width * given.height + true.width * true.height - shared
    return shared / union if union > 0 else 0.0


def mean_iou(overlaps: Sequence[float]) -> float:
    """The mean IoU over questions; a question without a box counts as 0."""
    return sum(overlaps) / len(overlaps) if overlaps else 0.0


def accuracy_at(overlaps: Sequence[float], least: float = RIGHT_IOU) -> float:
    """The share of questions whose box overlaps the true one by at least `least`."""
    return sum(one >= least for one in overlaps) / len(overlaps) if overlaps else 0.0
