"""Looking through the tree of a program: its parts, and what its answer rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import cast

from . import tree
from .tree import ANSWER, Call, Name, Statement

CallSite = tuple[str, int]
"""The name of a function and the line of its call: what a step of a run can be matched with."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What a value rests on.

    Args:
        calls: calls of tools and functions.
        inputs: names that were bound before the program started.
    """

    calls: frozenset[CallSite] = frozenset()
    inputs: frozenset[str] = frozenset()

    def __or__(self, other: Behind) -> Behind:
        return Behind(self.calls | other.calls, self.inputs | other.inputs)


NOTHING = Behind()
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


def behind_answer(body: Sequence[Statement]) -> Behind:
    """What the answer rests on: through values, tests and the lists that loops go over.

    It may name something too many (all assignments of a name count), never too few.
    """
    assigned = list(_assignments(tuple(body), ()))
    inner = {name for name, _ in assigned} | {
        one.name for one in parts_of(tuple(body)) if isinstance(one, tree.ForClause)
    }
    behind: dict[str, Behind] = {}
    while True:
        before = dict(behind)
        for name, sources in assigned:
            found = behind.get(name, NOTHING)
            for one in parts_of(sources):
                if isinstance(one, Call):
                    found |= Behind(frozenset({(one.function, one.at.line)}))
                elif isinstance(one, Name) and one.name in inner:
                    found |= behind.get(one.name, NOTHING)
                elif isinstance(one, Name):
                    found |= Behind(inputs=frozenset({one.name}))
            behind[name] = found
        if behind == before:
            return behind.get(ANSWER, NOTHING)


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
