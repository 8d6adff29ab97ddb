"""`ObjectFinder`: `find` and `list_objects` on top of any detector with a fixed list of names."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from ..values import Box, Image, Region
from ..values.image import Pixels
from ..vocabulary import Vocabulary
from .detections import Detections

THRESHOLD = 0.3
"""Least score of what is reported, unless the profile's option `threshold` says otherwise."""

SAME_CLASS_IOU = 0.5
"""Two boxes of a class that overlap more show one thing."""

ANY_CLASS_IOU = 0.7
"""Two boxes of any classes that overlap more show one thing: an orange is no apple as well."""

REMEMBERED = 1000
"""Pictures whose detections are kept, some kilobytes each: programs ask a picture for several
things, and questions come back to it."""


class ObjectFinder:
    """Serves `find` and `list_objects`; labels are the detector's names, whatever was asked for.

    Words that describe the noun ("red", "left", "little") don't narrow the result: that is what
    `select` is for. A model that can't tell men from women returns persons for both.

    Args:
        detect: finds everything in pixels, doubles included; boxes in the same pixels.
        names: what the classes of its detections are called.
        threshold: the least score that is reported, in [0, 1].
        remembered: pictures whose detections are kept.
    """

    def __init__(
        self,
        detect: Callable[[Pixels], Detections],
        names: Sequence[str],
        threshold: float = THRESHOLD,
        remembered: int = REMEMBERED,
    ) -> None:
        self._detect = detect
        self._names = tuple(names)
        self._vocabulary = Vocabulary(names)
        self._threshold = threshold
        self._remembered = remembered
        self._seen: OrderedDict[str, Detections] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def find(self, image: Image, query: str) -> list[Region]:
        """The objects that any phrase of `query` names."""
        wanted = self._vocabulary.names(query)
        return [region for region in self.list_objects(image) if region.label in wanted]

    def list_objects(self, image: Image) -> list[Region]:
        """All objects, the surest first."""
        found = self._detections(image)
        return [
            Region(image, Box(*map(float, box)), self._names[int(kind)], float(score))
            for box, score, kind in zip(found.boxes, found.scores, found.classes, strict=True)
        ]

    def _detections(self, image: Image) -> Detections:
        """Detections in a picture without doubles, perhaps from an earlier call."""
        found = self._known(image.digest)
        if found is not None:
            return found
        # The network uses every core: threads that want the same picture wait for one detection.
        with self._turn:
            found = self._known(image.digest)
            if found is not None:
                return found
            found = self._detect(image.pixels)
            found = found.where(found.scores >= np.float32(self._threshold))
            found = found.suppressed(SAME_CLASS_IOU, within_classes=True)
            found = found.suppressed(ANY_CLASS_IOU, within_classes=False)
            with self._lock:
                self._seen[image.digest] = found
                if len(self._seen) > self._remembered:
                    self._seen.popitem(last=False)
            return found

    def _known(self, digest: str) -> Detections | None:
        with self._lock:
            if digest not in self._seen:
                return None
            self._seen.move_to_end(digest)
            return self._seen[digest]
