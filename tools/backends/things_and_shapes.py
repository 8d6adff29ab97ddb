"""`ThingsAndShapes`: `find` and `list_objects` that also know plain shapes in drawings."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ..errors import ToolError
from ..values import Box, Image, Region
from ..vocabulary import Vocabulary
from . import Tools
from .color_names import in_table, is_called
from .detections import Floats, overlaps
from .object_finder import ANY_CLASS_IOU, ObjectFinder
from .phrase_words import color_at
from .shapes import SHAPES, detect


class ThingsAndShapes:
    """Things by a detector, and shapes by their outlines where the picture is a drawing.

    Colours in a query narrow shapes, which have one colour each: "red circle" finds no blue one.

    Args:
        things: finds things.
        names: what it calls them.
        tools: name colours.
    """

    def __init__(self, things: ObjectFinder, names: Sequence[str], tools: Tools) -> None:
        self._things = things
        self._vocabulary = Vocabulary((*names, *SHAPES))
        self._tools = tools

    def find(self, image: Image, query: str) -> list[Region]:
        """The things and shapes that any phrase of `query` names."""
        wanted = self._vocabulary.names(query)
        shapes = _shapes(image)
        if shapes is None and wanted.issubset(SHAPES):
            raise ToolError(
                "shapes can be recognised in drawings on a plain ground, and this is none",
                hint="name the thing that has the shape",
            )
        named = [one for one in self._together(image, shapes or []) if one.label in wanted]
        colors = _colors(query)
        if not colors or not self._tools.offers("color_of"):
            return named
        return [
            one
            for one in named
            if one.label not in SHAPES or is_called(self._tools.call("color_of", one), colors)
        ]

    def list_objects(self, image: Image) -> list[Region]:
        """All things and shapes, the surest first."""
        return self._together(image, _shapes(image) or [])

    def _together(self, image: Image, shapes: list[Region]) -> list[Region]:
        """Things and shapes; what a detector takes a plain shape for is the shape."""
        things = self._things.list_objects(image)
        double = overlaps(_boxes(things), _boxes(shapes)) > ANY_CLASS_IOU
        left = [one for number, one in enumerate(things) if not double[number].any()]
        return sorted([*left, *shapes], key=lambda one: -one.score)


def _colors(query: str) -> set[str]:
    """The colours in a query, by their names in the table."""
    words = re.findall(r"\w+", query.lower())
    found: set[str] = set()
    while words:
        color, taken = color_at(words[0], words[1] if len(words) > 1 else "")
        found |= {in_table(color)} if color else set()
        del words[: taken or 1]
    return found


def _shapes(image: Image) -> list[Region] | None:
    """The shapes of a drawing; None when the picture is none."""
    found = detect(image.pixels)
    if found is None:
        return None
    kept = found.suppressed(ANY_CLASS_IOU, within_classes=False)
    return [
        Region(image, Box(*map(float, box)), SHAPES[int(kind)], float(score))
        for box, score, kind in zip(kept.boxes, kept.scores, kept.classes, strict=True)
    ]


def _boxes(regions: Sequence[Region]) -> Floats:
    return np.array([one.box.xyxy for one in regions], dtype=np.float32).reshape(-1, 4)
