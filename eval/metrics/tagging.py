"""Precision, recall and F1 of tagged objects, as in VisProg's knowledge tagging.

Gupta & Kembhavi (2023, section 4.3): a tag is right when it is on the right object, a box that
overlaps the true one by half, and has the right name.
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


class Agreement(NamedTuple):
    """How many tags were given, are true, and agree."""

    given: int
    true: int
    right: int

    @property
    def precision(self) -> float:
        """The share of the given tags that are right; 0 when none was given."""
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        """The share of the true tags that were given; 0 when there are none."""
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __add__(self, other: object) -> Agreement:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The counts of two pictures together."""
        if not isinstance(other, Agreement):
            return NotImplemented
        return Agreement(self.given + other.given, self.true + other.true, self.right + other.right)


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
