"""Detectors that judge edits: another one than found what was edited, where there is one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache

from ...tools.backends.centernet import CenterNet
from ...tools.backends.coco import THINGS
from ...tools.backends.nanodet import NanoDet
from ...tools.backends.object_finder import REMEMBERED, THRESHOLD, ObjectFinder
from ...tools.errors import ModelError, ToolError
from ...tools.values import Box, Image
from ...tools.vocabulary import Vocabulary
from ..metrics.boxes import RIGHT_IOU, iou

NETWORKS: Mapping[str, Callable[[], NanoDet | CenterNet]] = {
    "centernet": CenterNet,
    "nanodet": NanoDet,
}
"""The detectors that need nothing but a file, and no network."""
USED_BY = {"detector-ensemble": ("nanodet", "centernet")}
"""Detectors in backends of another name."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A detector.

    Args:
        name: of its network.
        other: it did not find what was edited.
        finder: looks for things by their names.
    """

    name: str
    other: bool
    finder: ObjectFinder

    def sees(self, image: Image, name: str, box: Box) -> bool | None:
        """Whether something of this name is where the box is; None when it can't know the name."""
        try:
            found = self.finder.find(image, name)
        except ToolError:
            return None
        return any(iou(one.box, box) >= RIGHT_IOU for one in found)


def judge_of(backends: Collection[str]) -> Judge:
    """The judge of an edit.

    Args:
        backends: that found what was edited.

    Raises:
        ModelError: not even the shipped detector can be loaded.
    """
    used = {one for name in backends for one in USED_BY.get(name, (name,))}
    for name in sorted(NETWORKS, key=lambda one: one in used):
        try:
            return Judge(name, name not in used, _finder(name))
        except ModelError:
            # It was not pulled; the last one is shipped.
            if name == "nanodet":
                raise
    return Judge("nanodet", "nanodet" not in used, _finder("nanodet"))


def kinds_of(name: str) -> frozenset[str]:
    """What judges take something of this name for; none where they can't recognise it."""
    try:
        return Vocabulary(THINGS).names(name)
    except ToolError:
        return frozenset()


@cache
def _finder(name: str) -> ObjectFinder:
    return ObjectFinder(NETWORKS[name]().detect, THINGS, THRESHOLD, REMEMBERED)
