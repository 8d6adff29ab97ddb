"""`find` and `list_objects` on top of any detector that is told in words what to look for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..errors import InputError
from ..values import Box, Image, Region
from . import BackendSpec
from .coco import THINGS
from .detections import Detections
from .grounding_prompt import label_of, phrases_in

MOST_NAMES = 2000
"""Names of a vocabulary: Objects365 and LVIS have 365 and 1203."""


class Question(NamedTuple):
    """What a detector is asked.

    Args:
        image: the picture to look in.
        phrases: what to look for, in small letters; never empty.
    """

    image: Image
    phrases: tuple[str, ...]


class OpenVocabularyFinder:
    """Serves `find` and `list_objects`.

    A query may name several things, between commas; a region's label is the part of the query that
    it fits best. `list_objects` looks for the things of a vocabulary: COCO's 80, or those that the
    option `vocabulary` lists between commas.

    Args:
        detect: finds the phrases of a question: boxes in pixels of the picture, doubles included,
            the positions of the phrases as classes.
        threshold: the least score that is reported, in [0, 1].
        overlap: intersection over union above which two boxes show one thing, in [0, 1].
        vocabulary: what `list_objects` looks for.
    """

    OPTIONS = ("threshold", "overlap", "vocabulary")

    def __init__(
        self,
        detect: Callable[[Question], Detections],
        *,
        threshold: float,
        overlap: float,
        vocabulary: tuple[str, ...] = THINGS,
    ) -> None:
        self._detect = detect
        self._threshold = np.float32(threshold)
        self._overlap = overlap
        self._vocabulary = vocabulary

    @classmethod
    def of(
        cls,
        spec: BackendSpec,
        detect: Callable[[Question], Detections],
        *,
        threshold: float,
        overlap: float,
    ) -> OpenVocabularyFinder:
        """The finder with the options of a profile, whose defaults are the detector's."""
        return cls(
            detect,
            threshold=spec.number("threshold", threshold, 0, 1),
            overlap=spec.number("overlap", overlap, 0, 1),
            vocabulary=_vocabulary(spec),
        )

    def find(self, image: Image, query: str) -> list[Region]:
        """What the phrases of a query name, the surest first."""
        return self._regions(image, phrases_in(query))

    def list_objects(self, image: Image) -> list[Region]:
        """The things of the vocabulary, the surest first."""
        return self._regions(image, self._vocabulary)

    def _regions(self, image: Image, phrases: tuple[str, ...]) -> list[Region]:
        found = self._detect(Question(image, phrases))
        found = found.where(found.scores >= self._threshold)
        found = found.suppressed(self._overlap, within_classes=False)
        labels = [label_of(phrase) for phrase in phrases]
        return [
            Region(image, Box(*map(float, box)), labels[int(kind)], float(score))
            for box, score, kind in zip(found.boxes, found.scores, found.classes, strict=True)
        ]


def _vocabulary(spec: BackendSpec) -> tuple[str, ...]:
    given = spec.options.get("vocabulary")
    if given is None:
        return THINGS
    names = [" ".join(name.lower().split()) for name in re.split("[.,;]", str(given))]
    distinct = tuple(dict.fromkeys(name for name in names if name))
    if not 0 < len(distinct) <= MOST_NAMES:
        raise InputError(
            f"the option vocabulary of the backend {spec.backend} has {len(distinct)} names",
            hint=f"list 1 to {MOST_NAMES} between commas: 'cat, traffic light'",
        )
    return distinct
