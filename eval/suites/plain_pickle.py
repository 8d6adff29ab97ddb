"""`plain_pickle`: the data in a pickle of plain values, read without unpickling it.

A pickle is a program for a stack machine, and some of its instructions import and call things. Data
sets that are published as pickles need none of these. This carries out the instructions that build
numbers, texts, lists and dictionaries, and refuses a file at the first other one.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

_MARK = object()
_VALUES = frozenset(
    {
        *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "FLOAT", "BINFLOAT"),
        *("STRING", "BINSTRING", "SHORT_BINSTRING"),
        *("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    }
)
"""Instructions that push their own argument."""
_CONSTANTS: Mapping[str, Callable[[], object]] = MappingProxyType(
    {
        "NONE": lambda: None,
        "NEWTRUE": lambda: True,
        "NEWFALSE": lambda: False,
        "EMPTY_LIST": list,
        "EMPTY_TUPLE": list,
        "EMPTY_DICT": dict,
        "MARK": lambda: _MARK,
    }
)
"""Instructions that push a value without an argument; tuples become lists, as in JSON."""
_SHORT_TUPLES = MappingProxyType({"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3})
_KEPT_UNDER_A_NUMBER = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})
_FETCHED = frozenset({"GET", "BINGET", "LONG_BINGET"})
_SKIPPED = frozenset({"PROTO", "FRAME"})


def plain_pickle(data: bytes) -> Any:
    """The value of a pickle, as JSON has it.

    Raises:
        ValueError: it is no pickle, or needs more than plain values: classes, functions, or a list
            that stands in two places, of which a small file could make an endless value.
    """
    machine = _Machine()
    try:
        for instruction, argument, _ in pickletools.genops(data):
            if instruction.name == "STOP":
                return machine.pop()
            machine.carry_out(instruction.name, argument)
    except (IndexError, KeyError, TypeError, OverflowError) as error:
        raise ValueError("its instructions don't fit together") from error
    raise ValueError("it has no end")


class _Machine:
    """The stack, and what the file refers to again by a number."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._kept: dict[int, Any] = {}

    def pop(self) -> Any:
        """The value on top."""
        value = self._stack.pop()
        if value is _MARK:
            raise ValueError("a mark stands where a value should")
        return value

    def carry_out(self, name: str, argument: Any) -> None:
        """One instruction."""
        if name in _VALUES:
            self._stack.append(argument)
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name]())
        elif name in _KEPT_UNDER_A_NUMBER or name == "MEMOIZE":
            self._kept[len(self._kept) if name == "MEMOIZE" else argument] = self._stack[-1]
        elif name in _FETCHED:
            self._fetch(argument)
        elif name not in _SKIPPED:
            self._build(name)

    def _fetch(self, number: int) -> None:
        value = self._kept[number]
        if isinstance(value, list | dict):
            raise ValueError("it has a list or a dictionary that stands in two places")
        self._stack.append(value)

    def _build(self, name: str) -> None:
        """Instructions that put values into lists and dictionaries."""
        match name:
            case "APPEND":
                value = self.pop()
                self._container(list).append(value)
            case "APPENDS":
                values = self._since_mark()
                self._container(list).extend(values)
            case "SETITEM":
                value, key = self.pop(), self.pop()
                self._container(dict)[key] = value
            case "SETITEMS":
                values = self._since_mark()
                self._container(dict).update(_pairs(values))
            case "LIST" | "TUPLE":
                self._stack.append(self._since_mark())
            case "DICT":
                self._stack.append(_pairs(self._since_mark()))
            case _ if name in _SHORT_TUPLES:
                values = [self.pop() for _ in range(_SHORT_TUPLES[name])]
                self._stack.append(values[::-1])
            case _:
                raise ValueError(f"it needs {name}, and only plain values are read")

    def _container(self, kind: type[Any]) -> Any:
        value = self._stack[-1]
        if not isinstance(value, kind):
            raise TypeError
        return value

    def _since_mark(self) -> list[Any]:
        """The values above the last mark, which go with it."""
        values: list[Any] = []
        while (value := self._stack.pop()) is not _MARK:
            values.append(value)
        return values[::-1]


def _pairs(values: list[Any]) -> dict[Any, Any]:
    """Keys and values that stand in turn."""
    return dict(zip(values[::2], values[1::2], strict=True))
