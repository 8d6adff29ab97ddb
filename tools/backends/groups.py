"""Running a batch in parts whose items go together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_groups(
    items: Sequence[Item],
    key: Callable[[Item], Hashable],
    run: Callable[[list[Item]], Sequence[Result]],
) -> list[Result]:
    """One result for each item, in order; those with equal keys run together."""
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        groups[key(item)].append(index)
    found: dict[int, Result] = {}
    for members in groups.values():
        found |= zip(members, run([items[index] for index in members]), strict=True)
    return [found[index] for index in range(len(items))]
