"""The types of the program language, read from Python annotations.

The checker, the runtime's argument checks and the MCP schemas all use these; the annotations of the
tools' signatures and of the values' attributes are their only source.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

from .values import Box, DepthMap, Image, ImageLike, Keypoint, Region

ATOMS: Mapping[str, type] = types.MappingProxyType(
    {
        "None": type(None),
        "bool": bool,
        "int": int,
        "float": float,
        "str": str,
        "Image": Image,
        "Region": Region,
        "DepthMap": DepthMap,
        "Box": Box,
        "Keypoint": Keypoint,
    }
)
"""The types that are not made of others, by the name that people and planners read."""

_KINDS: Mapping[str, type | tuple[type, ...]] = {**ATOMS, "float": (float, int)}
"""What conforms to each of `ATOMS`: ints count as floats."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One of `ATOMS`."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items are all of one type."""

    item: Type

    def __str__(self) -> str:
        return f"list[{self.item}]"


@dataclass(frozen=True, slots=True)
class Union:
    """Any of several types, none of them a union; an empty union is the type of no value."""

    members: frozenset[Type]

    def __str__(self) -> str:
        names = sorted(map(str, self.members), key=lambda name: (name == "None", name))
        return " | ".join(names) or "nothing"


@dataclass(frozen=True, slots=True)
class Variable:
    """A type that a call decides, for signatures such as `(items: list[T]) -> T`.

    `among` are the types it may stand for; empty means any.
    """

    name: str
    among: tuple[Type, ...] = ()

    def __str__(self) -> str:
        return self.name


Type = Atom | ListOf | Union | Variable

NONE, BOOL, INT, FLOAT, STR = (Atom(name) for name in ("None", "bool", "int", "float", "str"))
IMAGE, REGION, DEPTH, BOX, KEYPOINT = (
    Atom(name) for name in ("Image", "Region", "DepthMap", "Box", "Keypoint")
)
NEVER = Union(frozenset())

_WIDER: Mapping[Type, frozenset[Type]] = {BOOL: frozenset({INT, FLOAT}), INT: frozenset({FLOAT})}


def union_of(members: Iterable[Type]) -> Type:
    """The smallest type that accepts all of `members`."""
    flat: set[Type] = set()
    for member in members:
        flat |= member.members if isinstance(member, Union) else {member}
    kept = {one for one in flat if not any(one != other and accepts(other, one) for other in flat)}
    return next(iter(kept)) if len(kept) == 1 else Union(frozenset(kept))


def accepts(expected: Type, actual: Type) -> bool:
    """Whether every value of type `actual` is also one of `expected`; ints count as floats."""
    if expected == actual:
        return True
    if isinstance(actual, Union):
        return all(accepts(expected, member) for member in actual.members)
    if isinstance(expected, Variable):
        return not expected.among or any(accepts(one, actual) for one in expected.among)
    if isinstance(expected, Union):
        return any(accepts(member, actual) for member in expected.members)
    if isinstance(expected, ListOf) and isinstance(actual, ListOf):
        return accepts(expected.item, actual.item)
    return expected in _WIDER.get(actual, frozenset())


def conforms(value: object, expected: Type) -> bool:
    """Whether a value at run time is of type `expected`."""
    match expected:
        case Atom():
            return isinstance(value, _KINDS[expected.name])
        case ListOf(item):
            if not isinstance(value, (list, tuple)):
                return False
            items = cast("Sequence[object]", value)
            return all(conforms(one, item) for one in items)
        case Union(members):
            return any(conforms(value, member) for member in members)
        case Variable(among=among):
            return not among or any(conforms(value, member) for member in among)


def type_of_value(value: object) -> Type:
    """The narrowest type of a value at run time.

    Raises:
        TypeError: no program can hold the value.
    """
    if isinstance(value, (list, tuple)):
        items = cast("Sequence[object]", value)
        return ListOf(union_of(type_of_value(item) for item in items))
    for name, kind in ATOMS.items():
        if isinstance(value, kind):
            return Atom(name)
    raise TypeError(f"a program can't hold a {type(value).__name__}")


def type_from_hint(hint: object) -> Type:
    """The type that a Python annotation stands for.

    `ImageLike` is an image; `Sequence[X]`, `list[X]` and `tuple[X, ...]` are lists; a `Literal` is
    the type of its members; a `TypeVar` is a `Variable`.

    Raises:
        TypeError: the annotation has no meaning in a program.
    """
    if hint == ImageLike:
        return IMAGE
    for name, kind in ATOMS.items():
        if hint is kind or (hint is None and name == "None"):
            return Atom(name)
    if isinstance(hint, typing.TypeVar):
        return Variable(hint.__name__, tuple(type_from_hint(one) for one in hint.__constraints__))
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _union_from_hints(arguments)
    if origin is typing.Literal:
        return union_of(type_of_value(one) for one in arguments)
    if origin is typing.Annotated:
        return type_from_hint(arguments[0])
    if origin in (list, Sequence) or (origin is tuple and arguments[1:] == (...,)):
        return ListOf(type_from_hint(arguments[0]))
    raise TypeError(f"{inspect.formatannotation(hint)} has no meaning in a program")


def _union_from_hints(hints: tuple[object, ...]) -> Type:
    """A union's type; the members of a flattened `ImageLike` count as one image."""
    image_like = set(typing.get_args(ImageLike))
    if image_like <= set(hints):
        others = [hint for hint in hints if hint not in image_like]
        return union_of([IMAGE, *map(type_from_hint, others)])
    return union_of(map(type_from_hint, hints))


@cache
def attributes_of(atom: Atom) -> Mapping[str, Type]:
    """The attributes of a value that a program may read, and their types."""
    kind = ATOMS[atom.name]
    names: tuple[str, ...] = getattr(kind, "program_attributes", ())
    found: dict[str, Type] = {}
    for name in names:
        member = inspect.getattr_static(kind, name, None)
        if isinstance(member, property):
            hint = typing.get_type_hints(member.fget)["return"]
        else:
            hint = typing.get_type_hints(kind)[name]
        found[name] = type_from_hint(hint)
    return types.MappingProxyType(found)
