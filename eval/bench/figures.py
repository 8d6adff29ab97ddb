"""`Figure`: one measurement beside its anchor, and how times are taken."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Unit = Literal["s", "MB"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement.

    Args:
        name: what was measured.
        value: seconds, or megabytes at the peak.
        anchor: what it is compared with, measured in the same run.
        anchor_value: the same quantity of the anchor.
        aim: what the value should stay below; None where only the anchor counts.
        unit: "s" or "MB".
        counts: what was counted meanwhile, by name.
    """

    name: str
    value: float
    anchor: str
    anchor_value: float
    aim: float | None = None
    unit: Unit = "s"
    counts: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def ratio(self) -> float:
        """The value over that of its anchor."""
        return self.value / self.anchor_value

    def to_json(self) -> dict[str, Any]:
        """All of it, with the ratio."""
        return {**asdict(self), "ratio": self.ratio}


def seconds_of(*works: Callable[[], object], rounds: int = 7, least: float = 0.02) -> list[float]:
    """The median time of a call of each of some works.

    They take turns, so that whatever else the machine does falls on all of them alike.

    Args:
        works: what to time.
        rounds: how often each has its turn.
        least: seconds that a turn takes at least: short works are called many times.
    """
    calls = [_calls_in(work, least) for work in works]
    turns = [
        [_time(work, count) / count for work, count in zip(works, calls, strict=True)]
        for _ in range(rounds)
    ]
    return [statistics.median(times) for times in zip(*turns, strict=True)]


def _calls_in(work: Callable[[], object], least: float) -> int:
    """How many calls take `least` seconds; the first one, which may load things, doesn't count."""
    work()
    calls = 1
    while (elapsed := _time(work, calls)) < least:
        calls = max(calls * 2, int(calls * least / max(elapsed, 1e-9)))
    return calls


def _time(work: Callable[[], object], calls: int) -> float:
    # As timeit does: a collection in the middle is not the call's.
    gc.disable()
    try:
        began = time.perf_counter()
        for _ in range(calls):
            work()
        return time.perf_counter() - began
    finally:
        gc.enable()
