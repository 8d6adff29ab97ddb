"""The functions of the language itself. They compute at once, without a step.

Each is a typed, documented function under the `tool` decorator, as tools are: its contract is what
the checker, the planner's prompt and the reference read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from ...tools.contract import Contract, tool
from .budget import current_meter
from .diagnostics import FaultError
from .display import display

T = TypeVar("T")
Number = TypeVar("Number", int, float)
Ordered = TypeVar("Ordered", int, float, str)


@cache
def basics() -> Mapping[str, Contract]:
    """The contracts of all functions of the language, by name."""
    functions: Mapping[str, Callable[..., Any]] = {
        "len": length,
        "sum": total,
        "min": smallest,
        "max": largest,
        "any": any_of,
        "all": all_of,
        "abs": absolute,
        "round": rounded,
        "sorted": in_order,
        "sorted_by": in_order_of,
        "unique": once_each,
        "range": whole_numbers,
        "int": whole,
        "float": number,
        "str": text_of,
        "join": joined,
        "split": pieces,
        "lower": lowered,
        "upper": raised,
        "strip": stripped,
        "starts_with": begins,
        "ends_with": ends,
    }
    return MappingProxyType(
        {name: replace(Contract.of(one), name=name) for name, one in functions.items()}
    )


@tool()
def length(items: Sequence[T] | str) -> int:
    """Counts the items of a list or the characters of a text.

    Args:
        items: the list or text.

    Returns:
        How many there are.
    """
    return len(items)


@tool()
def total(numbers: Sequence[Number]) -> Number:
    """Adds up numbers.

    Args:
        numbers: the numbers.

    Returns:
        Their sum; 0 when there are none.
    """
    result = sum(numbers)
    if isinstance(result, int):
        current_meter().bits(result.bit_length())
    return result


@tool()
def smallest(values: Sequence[Ordered] | Ordered, other: Ordered | None = None) -> Ordered:
    """Picks the smallest of a list, or of two values; of texts, the first in the alphabet.

    Args:
        values: a list that isn't empty, or the first of two values.
        other: the second of two values, or one more than the list has.

    Returns:
        The smallest.

    Raises:
        ProgramFailedError: the list is empty (`empty-list`).
    """
    return min(_candidates("min", values, other))


@tool()
def largest(values: Sequence[Ordered] | Ordered, other: Ordered | None = None) -> Ordered:
    """Picks the largest of a list, or of two values; of texts, the last in the alphabet.

    Args:
        values: a list that isn't empty, or the first of two values.
        other: the second of two values, or one more than the list has.

    Returns:
        The largest.

    Raises:
        ProgramFailedError: the list is empty (`empty-list`).
    """
    return max(_candidates("max", values, other))


@tool()
def any_of(tests: Sequence[T]) -> bool:
    """Says whether at least one item is true.

    Args:
        tests: the items, mostly comparisons: any([d.score > 0.5 for d in dogs]).

    Returns:
        False when there are none.
    """
    return any(tests)


@tool()
def all_of(tests: Sequence[T]) -> bool:
    """Says whether every item is true.

    Args:
        tests: the items, mostly comparisons: all([d.score > 0.5 for d in dogs]).

    Returns:
        True when there are none.
    """
    return all(tests)


@tool()
def absolute(number: Number) -> Number:
    """Drops the sign of a number.

    Args:
        number: the number.

    Returns:
        Its distance from 0.
    """
    return abs(number)


@tool()
def rounded(number: float, digits: int = 0) -> float:
    """Rounds a number; halves go to the even neighbour, as in Python.

    Args:
        number: the number.
        digits: digits after the point, 0 to 15.

    Returns:
        The rounded number, a whole one for 0 digits.

    Raises:
        ProgramFailedError: the number is infinite, or the digits are too many (`not-a-number`).
    """
    if not 0 <= digits <= 15:
        raise FaultError("not-a-number", f"round to {digits} digits", "use 0 to 15 digits")
    return round(number, digits) if digits else round(_finite(number))


@tool()
def in_order(items: Sequence[Ordered], reverse: bool = False) -> list[Ordered]:
    """Sorts numbers, or texts by the alphabet.

    Args:
        items: the list.
        reverse: the largest first.

    Returns:
        A sorted copy.
    """
    current_meter().elements(len(items))
    return sorted(items, reverse=reverse)


@tool()
def in_order_of(items: Sequence[T], keys: Sequence[Ordered], reverse: bool = False) -> list[T]:
    """Sorts anything by a number or text for each item: sorted_by(dogs, [d.box.x for d in dogs]).

    Args:
        items: the list.
        keys: the number or text of each item, in the same order.
        reverse: the largest first.

    Returns:
        A sorted copy; items with equal keys keep their order.

    Raises:
        ProgramFailedError: there is not one key for each item (`lengths-differ`).
    """
    if len(items) != len(keys):
        raise FaultError(
            "lengths-differ",
            f"{len(items)} items, but {len(keys)} keys",
            "make the keys from the items: [item.score for item in items]",
        )
    order = sorted(range(len(items)), key=lambda one: keys[one], reverse=reverse)
    return current_meter().new_list([items[one] for one in order])


@tool()
def once_each(items: Sequence[Ordered]) -> list[Ordered]:
    """Drops what is there twice.

    Args:
        items: numbers or texts.

    Returns:
        Each once, in the order of the first.
    """
    current_meter().elements(len(items))
    return list(dict.fromkeys(items))


@tool()
def whole_numbers(start: int, stop: int | None = None, step: int = 1) -> list[int]:
    """Lists whole numbers: range(3) is [0, 1, 2], range(1, 4) is [1, 2, 3].

    Args:
        start: the first number; the end, when there is no other.
        stop: the end, which is not in the list.
        step: the distance of one number to the next, not 0.

    Returns:
        The numbers.

    Raises:
        ProgramFailedError: the step is 0 (`zero-step`).
    """
    if step == 0:
        raise FaultError("zero-step", "the step of range is 0", "use 1, or -1 to go backwards")
    first, end = (0, start) if stop is None else (start, stop)
    current_meter().elements(max(0, -((first - end) // step)))
    return list(range(first, end, step))


@tool()
def whole(value: float | str) -> int:
    """Makes a whole number: of a number, its part before the point; of text, the number in it.

    Args:
        value: a number, or text such as "12".

    Returns:
        The whole number.

    Raises:
        ProgramFailedError: the text is no whole number, or the number is infinite (`not-a-number`).
    """
    return int(_number(value))


@tool()
def number(value: float | str) -> float:
    """Makes a number of text.

    Args:
        value: text such as "1.5", or a number.

    Returns:
        The number.

    Raises:
        ProgramFailedError: the text is no number (`not-a-number`).
    """
    return float(_number(value))


@tool()
def text_of(value: T) -> str:
    """Makes text of a value, as in an f-string.

    Args:
        value: anything.

    Returns:
        The text.
    """
    return display(value, current_meter())


@tool()
def joined(texts: Sequence[str], separator: str = ", ") -> str:
    """Puts texts together into one.

    Args:
        texts: the texts.
        separator: what to put between them.

    Returns:
        The text.
    """
    gaps = len(separator) * len(texts)
    current_meter().characters(sum(len(one) for one in texts) + gaps)
    return separator.join(texts)


@tool()
def pieces(text: str, separator: str = ",") -> list[str]:
    """Cuts text at each separator.

    Args:
        text: the text.
        separator: where to cut; not empty.

    Returns:
        The parts, without spaces around them.

    Raises:
        ProgramFailedError: the separator is empty (`empty-separator`).
    """
    if not separator:
        raise FaultError("empty-separator", "the separator of split is empty", 'for example: ","')
    meter = current_meter()
    meter.characters(len(text))
    meter.elements(text.count(separator) + 1)
    return [part.strip() for part in text.split(separator)]


@tool()
def lowered(text: str) -> str:
    """Makes all letters small.

    Args:
        text: the text.

    Returns:
        The text in small letters.
    """
    current_meter().characters(len(text))
    return text.lower()


@tool()
def raised(text: str) -> str:
    """Makes all letters capitals.

    Args:
        text: the text.

    Returns:
        The text in capitals.
    """
    current_meter().characters(len(text))
    return text.upper()


@tool()
def stripped(text: str) -> str:
    """Drops the spaces and line ends around text.

    Args:
        text: the text.

    Returns:
        The text between them.
    """
    current_meter().characters(len(text))
    return text.strip()


@tool()
def begins(text: str, start: str) -> bool:
    """Says whether text begins with another.

    Args:
        text: the text.
        start: what it may begin with.

    Returns:
        Whether it does.
    """
    return text.startswith(start)


@tool()
def ends(text: str, end: str) -> bool:
    """Says whether text ends with another.

    Args:
        text: the text.
        end: what it may end with.

    Returns:
        Whether it does.
    """
    return text.endswith(end)


def _candidates(name: str, values: Any, other: Any) -> list[Any]:
    found = [*values] if isinstance(values, (list, tuple)) else [values]
    found += [] if other is None else [other]
    if not found:
        raise FaultError(
            "empty-list", f"{name} of an empty list", f"test first: {name}(xs) if xs else 0"
        )
    return found


def _number(value: float | str) -> float:
    if not isinstance(value, str):
        return _finite(value)
    text = value.strip()
    try:
        # Python refuses to read more than 4,300 digits, and int is exact where float is not.
        number = int(text)
        current_meter().bits(number.bit_length())
        return number
    except ValueError:
        pass
    try:
        return _finite(float(text))
    except ValueError:
        raise _not_a_number(value) from None


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise _not_a_number(number)
    return number


def _not_a_number(value: object) -> FaultError:
    words = f"{str(value)[:60]!r} is not a number"
    return FaultError("not-a-number", words, "test what a tool says before you compute with it")
