"""How each executor ends the attacks of the corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ....tools.cache import MemoryCache
from ....tools.toolbox import Toolbox
from ..samples import photo
from .attacks import ATTACKS
from .executors import EXECUTORS, Executor
from .sealed import sealed


def attacked(on_attack: Callable[[], None]) -> dict[str, dict[str, dict[str, int]]]:
    """How often each ending came, by executor and category of attack.

    A program that ran to its end is not always harm done: defining a function is refused by
    viscript because its language has none. What an ending says without doubt is what took more
    time or memory than `sealed` allows, or brought the process down.

    Args:
        on_attack: told each attack on each executor.
    """
    toolbox, image = Toolbox.load(cache=MemoryCache()), photo()
    for executor in EXECUTORS.values():
        # What an executor imports on first use is imported before the forks.
        executor("answer = 1", toolbox, image)
    endings: dict[str, dict[str, Counter[str]]] = {name: {} for name in EXECUTORS}
    for attack in ATTACKS:
        for name, executor in EXECUTORS.items():
            ended = sealed(partial(_problem, executor, attack.source, toolbox, image))
            counted = endings[name].setdefault(attack.category, Counter[str]())
            counted[ended.ending] += 1
            on_attack()
    return {name: {what: dict(one) for what, one in by.items()} for name, by in endings.items()}


def totals(endings: Mapping[str, Mapping[str, int]]) -> Counter[str]:
    """The endings of all categories together."""
    together = Counter[str]()
    for one in endings.values():
        together.update(one)
    return together


def _problem(executor: Executor, source: str, toolbox: Toolbox, image: Any) -> str:
    return executor(source, toolbox, image).problem
