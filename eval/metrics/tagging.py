"""Precision, recall and F1 of tagged objects, as in VisProg's knowledge tagging.

Gupta & Kembhavi (2023, section 4.3): a tag is right when it is on the right object, a box that
overlaps the true one by half, and has the right name. Over several instructions F1 is the harmonic
mean of the average precision and the average recall.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...tools.values import Box
from .boxes import RIGHT_IOU, iou
from .vqa import alike


class Tag(NamedTuple):
    """A name on an object."""

    name: str
    box: Box


class Quality(NamedTuple):
    """Precision and recall, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 when both are 0."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Agreement(NamedTuple):
    """How many tags of a picture were given, are true, and agree."""

    given: int
    true: int
    right: int

    @property
    def quality(self) -> Quality:
        """The shares of the given and of the true tags that agree; of none, 0."""
        return Quality(
            self.right / self.given if self.given else 0.0,
            self.right / self.true if self.true else 0.0,
        )

    @property
    def f1(self) -> float:
        """The harmonic mean of the picture's precision and recall."""
        return self.quality.f1


def average(qualities: Sequence[Quality]) -> Quality:
    """The average precision and the average recall; 0 when there are none.

    Args:
        qualities: one an instruction. One for which nothing was given counts, with a precision of
            0: the paper doesn't say, and to leave it out would reward silence.
    """
    if not qualities:
        return Quality(0.0, 0.0)
    precision, recall = (sum(each) / len(qualities) for each in zip(*qualities, strict=True))
    return Quality(precision, recall)


def agreement(given: Sequence[Tag], true: Sequence[Tag], *, names: bool = True) -> Agreement:
    """How the tags of a picture agree with the true ones, each matched to one at most.

    Args:
        given: tags, the surest first.
        true: the true tags.
        names: False asks only for the right objects, VisProg's localisation score.
    """
    left = list(true)
    right = 0
    for tag in given:
        fitting = [
            one
            for one in left
            if iou(tag.box, one.box) >= RIGHT_IOU and (not names or alike(tag.name, one.name))
        ]
        if fitting:
            left.remove(max(fitting, key=lambda one: iou(tag.box, one.box)))
            right += 1
    return Agreement(len(given), len(true), right)
