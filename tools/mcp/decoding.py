"""Arguments of a client's call as values: handles become what they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from ..contract import Contract
from ..errors import InputError
from ..types import IMAGE, STR, ListOf, Type, Union, accepts
from ..values import Box, DepthMap, Image, Keypoint, Region, summary_of
from .artifacts import Artifacts

MAX_DEPTH = 8
"""How deep lists may be nested in an argument."""

MAX_ITEMS = 5000
"""How many items a list in an argument may have."""

V = TypeVar("V")


class Decoder:
    """Reads the arguments of a call.

    Args:
        artifacts: what handles stand for.
        open_picture: gets the picture that text names.
    """

    def __init__(self, artifacts: Artifacts, open_picture: Callable[[str], Image]) -> None:
        self._artifacts = artifacts
        self._open = open_picture

    def arguments(self, contract: Contract, given: Mapping[str, Any]) -> dict[str, object]:
        """The arguments by parameter; whether they fit the contract is for the toolbox to say.

        Raises:
            InputError: a handle, box or region is not as it should be, or a picture can't be read.
            PolicyError: a picture is not allowed.
        """
        return {
            name: self._named(contract, name, value) if name in contract.parameters else value
            for name, value in given.items()
        }

    def _named(self, contract: Contract, name: str, value: Any) -> object:
        try:
            return self.value(value, contract.parameters[name].type)
        except InputError as error:
            raise InputError(f"{contract.name}: {name}: {error.message}", hint=error.hint) from None

    def value(self, data: Any, expected: Type, depth: int = MAX_DEPTH) -> object:
        """The value of JSON data where one of type `expected` is meant."""
        match data:
            case str() if accepts(expected, IMAGE) and not accepts(expected, STR):
                return self._open(data)
            case list():
                items = cast("list[Any]", data)
                if depth == 0 or len(items) > MAX_ITEMS:
                    raise InputError(
                        f"a list may have {MAX_ITEMS} items, nested {MAX_DEPTH} deep at most"
                    )
                inner = _item_of(expected)
                return [self.value(one, inner, depth - 1) for one in items]
            case dict():
                return self._object(cast("dict[str, Any]", data))
            case _:
                return data

    def _object(self, data: dict[str, Any]) -> object:
        match data:
            case {"box": _}:
                return self._region(data)
            case {"artifact": str() as name}:
                return self._pixels(name)
            case {"left": _}:
                return _box(data)
            case {"name": _}:
                return _keypoint(data)
            case _:
                raise InputError(
                    f"not a value: {summary_of(data, 80)}",
                    hint="a picture has artifact; a region has image and box",
                )

    def _pixels(self, name: str) -> Image | DepthMap:
        value = self._artifacts.find(name)
        if isinstance(value, Region):
            raise InputError(f"{name[:12]}… is the mask of a region, not a picture")
        return value

    def _region(self, data: dict[str, Any]) -> Region:
        _only(data, "region", ("image", "box", "label", "score", "mask", *_WORDS, "keypoints"))
        box = _box(_field(data, "box", dict))
        masked = self._masked(data)
        image = masked.image if masked is not None else self._picture(data)
        points: list[Any] = _field(data, "keypoints", list, [])
        return Region(
            image,
            box,
            _field(data, "label", str, ""),
            _number(data, "score", 1.0),
            None if masked is None else masked.mask,
            _field(data, "text", str, ""),
            tuple(_keypoint(point) for point in points),
            _field(data, "method", str, ""),
        )

    def _picture(self, data: dict[str, Any]) -> Image:
        name = data.get("image")
        if isinstance(name, dict):
            name = cast("dict[str, Any]", name).get("artifact")
        if not isinstance(name, str):
            raise InputError("a region needs its image", hint="give the artifact id of its picture")
        return self._open(name)

    def _masked(self, data: dict[str, Any]) -> Region | None:
        """The region whose mask a handle names; it must be of the same picture."""
        if data.get("mask") is None:
            return None
        region = self._artifacts.find(_field(data, "mask", str))
        if not isinstance(region, Region) or region.image.digest != data.get("image"):
            raise InputError("the mask of a region is not of its picture", hint="leave mask out")
        return region


_WORDS = ("text", "method")


def _item_of(expected: Type) -> Type:
    """What the items of a list are where `expected` is meant."""
    match expected:
        case ListOf(item):
            return item
        case Union(members):
            lists = frozenset(one.item for one in members if isinstance(one, ListOf))
            return Union(lists)
        case _:
            return expected


def _box(data: Any) -> Box:
    _only(data, "box", ("left", "top", "right", "bottom"))
    left, top, right, bottom = (_number(data, one) for one in ("left", "top", "right", "bottom"))
    return Box(left, top, right, bottom)


def _keypoint(data: Any) -> Keypoint:
    _only(data, "keypoint", ("name", "x", "y", "score"))
    x, y, score = (_number(data, one) for one in ("x", "y", "score"))
    return Keypoint(_field(data, "name", str), x, y, score)


def _only(data: Any, what: str, names: tuple[str, ...]) -> None:
    if not isinstance(data, dict):
        raise InputError(f"a {what} is an object, not {summary_of(data, 40)}")
    for name in cast("dict[str, Any]", data):
        if name not in names:
            raise InputError(f"a {what} has no {name[:40]!r}", hint=f"it has {', '.join(names)}")


def _number(data: dict[str, Any], name: str, default: float | None = None) -> float:
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"{name} is {summary_of(value, 40)}, not a number")
    try:
        return float(value)
    except OverflowError:
        raise InputError(f"{name} is too large") from None


def _field(data: dict[str, Any], name: str, kind: type[V], default: V | None = None) -> V:
    value = data.get(name, default)
    if not isinstance(value, kind):
        raise InputError(f"{name} is {summary_of(value, 40)}, not a {kind.__name__}")
    return value
