"""Functions of the language on numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeVar, cast

from ...tools.contract import tool
from .budget import current_meter
from .diagnostics import FaultError

Number = TypeVar("Number", int, float)
Ordered = TypeVar("Ordered", int, float, str)


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
def absolute(number: Number) -> Number:
    """Drops the sign of a number.

    Args:
        number: the number.

    Returns:
        Its distance from 0.
    """
    return number if number >= 0 else -number


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


def _candidates(name: str, values: Any, other: Any) -> list[Any]:
    found: list[Any] = [values]
    if isinstance(values, (list, tuple)):
        found = [*cast("Sequence[Any]", values)]
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
