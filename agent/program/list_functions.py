"""Functions of the language on lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ...tools.contract import tool
from .budget import current_meter
from .diagnostics import FaultError

T = TypeVar("T")
Ordered = TypeVar("Ordered", int, float, str)


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
