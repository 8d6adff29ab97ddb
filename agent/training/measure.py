"""Measures a planner on requests that it has not seen, by execution accuracy on scenes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ...tools.contract import Contract
from ...tools.errors import ModelError
from ..planners.planner import NoProgramError
from ..program import Scope, check
from ..runs.bindings import types_for
from .accuracy import is_right
from .requests import Pair


class Planner(Protocol):
    """What writes programs."""

    def __call__(self, request: str, images: int) -> str | Sequence[str]:
        """The program for a request, or several to be voted on."""
        ...


@dataclass
class Score:
    """How a planner did on some requests.

    Args:
        asked: requests, by category.
        right: those whose program gives the true answers, by category.
        well_formed: requests whose programs all pass the check.
        seconds: of each plan.
        wrong: the requests that it got wrong, with its program.
    """

    asked: Counter[str] = field(default_factory=Counter[str])
    right: Counter[str] = field(default_factory=Counter[str])
    well_formed: int = 0
    seconds: list[float] = field(default_factory=list[float])
    wrong: list[tuple[Pair, str]] = field(default_factory=list[tuple[Pair, str]])

    @property
    def accuracy(self) -> float:
        """The share of right programs."""
        return self.right.total() / max(1, self.asked.total())

    def to_json(self) -> dict[str, Any]:
        """The score, with the share of right programs of each category."""
        ordered = sorted(self.seconds)
        return {
            "asked": self.asked.total(),
            "right": self.right.total(),
            "accuracy": round(self.accuracy, 3),
            "well_formed": self.well_formed,
            "median_seconds": ordered[len(ordered) // 2] if ordered else None,
            "categories": {
                name: {"asked": count, "right": self.right[name]}
                for name, count in sorted(self.asked.items())
            },
        }

    def lines(self) -> Iterable[str]:
        """The score as a table in Markdown: all, then each category."""
        yield "| category | requests | right |"
        yield "|---|---|---|"
        yield f"| all | {self.asked.total()} | {self.accuracy:.0%} |"
        for category in sorted(self.asked):
            share = self.right[category] / self.asked[category]
            yield f"| {category} | {self.asked[category]} | {share:.0%} |"


def measure(
    plan: Planner,
    pairs: Sequence[Pair],
    contracts: dict[str, Contract],
    on_pair: Callable[[Pair, str, bool], None] | None = None,
) -> Score:
    """How a planner does on requests whose right programs are known.

    Args:
        plan: the planner.
        pairs: the requests, with a right program each.
        contracts: the tools of the profile, for the check.
        on_pair: told each request, the program, and whether it is right.
    """
    score = Score()
    for pair in pairs:
        began = time.perf_counter()
        try:
            written = plan(pair.request, pair.images)
        except (ModelError, NoProgramError):
            written = ""
        programs = [written] if isinstance(written, str) else written
        score.seconds.append(time.perf_counter() - began)
        score.asked[pair.category] += 1
        scope = Scope(contracts, types_for(pair.images))
        score.well_formed += all(check(one, scope).ok for one in programs)
        right = is_right(programs, pair.program, pair.images)
        score.right[pair.category] += right
        if not right:
            score.wrong.append((pair, programs[0]))
        if on_pair is not None:
            on_pair(pair, programs[0], right)
    return score
