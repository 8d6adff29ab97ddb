"""Looking through the tree of a program: its parts, and what its answer rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import cast

from . import tree
from .tree import ANSWER, Call, Name, Statement

CallSite = tuple[str, int]
"""The name of a function and the line of its call: what a step of a run can be matched with."""

_Assigned = tuple[str, tuple[object, ...]]


def parts_of(node: object) -> Iterator[object]:
    """A node, or each of a tuple of nodes, and everything inside, in the order of the source."""
    if isinstance(node, tuple):
        for one in cast("tuple[object, ...]", node):
            yield from parts_of(one)
    elif is_dataclass(node):
        yield node
        for one in fields(node):
            yield from parts_of(getattr(node, one.name))


def calls_in(node: object) -> list[Call]:
    """The calls in a part of a program, in the order of the source."""
    return [one for one in parts_of(node) if isinstance(one, Call)]


def calls_behind_answer(body: Sequence[Statement]) -> frozenset[CallSite]:
    """The calls that the answer rests on: through values, tests and the lists that loops go over.

    It may name a call too many (all assignments of a name count), never one too few.
    """
    assigned = list(_assignments(tuple(body), ()))
    behind: dict[str, frozenset[CallSite]] = {}
    while True:
        before = dict(behind)
        for name, sources in assigned:
            found = _behind(sources, behind)
            behind[name] = behind.get(name, frozenset()) | found
        if behind == before:
            return behind.get(ANSWER, frozenset())


def _behind(
    sources: tuple[object, ...], known: dict[str, frozenset[CallSite]]
) -> frozenset[CallSite]:
    found: set[CallSite] = set()
    for one in parts_of(sources):
        if isinstance(one, Call):
            found.add((one.function, one.at.line))
        elif isinstance(one, Name):
            found |= known.get(one.name, frozenset())
    return frozenset(found)


def _assignments(body: tuple[Statement, ...], deciding: tuple[object, ...]) -> Iterator[_Assigned]:
    """Every assigned name, with the expressions that decide its value."""
    for one in body:
        match one:
            case tree.Assignment(name=name, value=value):
                yield name, (value, *deciding)
            case tree.Branch(test=test, then=then, otherwise=otherwise):
                yield from _assignments(then, (*deciding, test))
                yield from _assignments(otherwise, (*deciding, test))
            case tree.Loop(name=name, items=items, body=inner):
                yield name, (items, *deciding)
                yield from _assignments(inner, (*deciding, items))
            case _:
                pass
