"""The tools as methods: their names once, their signatures and docstrings from the tools."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

from .library import (
    crops,
    detection,
    edits,
    generation,
    geometry,
    language,
    segmentation,
    selection,
)
from .library import depth as distances

P = ParamSpec("P")
R = TypeVar("R")


class _Caller(Protocol):
    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any: ...


class _Method(Generic[P, R]):
    """A method with a tool's signature and docstring, which calls the tool by name."""

    def __init__(self, function: Callable[P, R]) -> None:
        self._function = function

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, toolbox: _Caller, owner: type) -> Callable[P, R]:
        if toolbox is None:  # pyright: ignore[reportUnnecessaryComparison]
            return self._function

        @wraps(self._function)
        def method(*args: P.args, **kwargs: P.kwargs) -> R:
            return toolbox.call(self._name, *args, **kwargs)

        return method


class ToolMethods:
    """Every tool as a method with its full signature; a test keeps the list complete."""

    find = _Method(detection.find)
    list_objects = _Method(detection.list_objects)
    find_faces = _Method(detection.find_faces)
    pose = _Method(detection.pose)
    read_text = _Method(detection.read_text)
    segment = _Method(segmentation.segment)
    select = _Method(selection.select)
    classify = _Method(selection.classify)
    similarity = _Method(selection.similarity)
    color_of = _Method(selection.color_of)
    count = _Method(geometry.count)
    exists = _Method(geometry.exists)
    half = _Method(geometry.half)
    overlap = _Method(geometry.overlap)
    distance = _Method(geometry.distance)
    nearest = _Method(geometry.nearest)
    left_of = _Method(geometry.left_of)
    right_of = _Method(geometry.right_of)
    above = _Method(geometry.above)
    below = _Method(geometry.below)
    crop = _Method(crops.crop)
    crop_left_of = _Method(crops.crop_left_of)
    crop_right_of = _Method(crops.crop_right_of)
    crop_above = _Method(crops.crop_above)
    crop_below = _Method(crops.crop_below)
    depth = _Method(distances.depth)
    crop_in_front_of = _Method(distances.crop_in_front_of)
    crop_behind = _Method(distances.crop_behind)
    ask = _Method(language.ask)
    caption = _Method(language.caption)
    list_facts = _Method(language.list_facts)
    blur_background = _Method(edits.blur_background)
    blur = _Method(edits.blur)
    color_pop = _Method(edits.color_pop)
    remove = _Method(edits.remove)
    replace = _Method(edits.replace)
    edit = _Method(edits.edit)
    emoji = _Method(edits.emoji)
    tag = _Method(edits.tag)
    mark = _Method(edits.mark)
    generate = _Method(generation.generate)
