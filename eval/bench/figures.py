"""`Figure`: one measurement beside its anchor, and how times are taken."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
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
    """

    name: str
    value: float
    anchor: str
    anchor_value: float
    aim: float | None = None
    unit: Unit = "s"

    @property
    def ratio(self) -> float:
        """The value over that of its anchor."""
        return self.value / self.anchor_value

    def to_json(self) -> dict[str, Any]:
        """All of it, with the ratio."""
        return {**asdict(self), "ratio": self.ratio}


def seconds_of(work: Callable[[], object], rounds: int = 7, least: float = 0.02) -> float:
    """The median time of a call, over rounds of calls that take at least `least` seconds each."""
    work()
    calls = 1
    while (elapsed := _time(work, calls)) < least:
        calls = max(calls * 2, int(calls * least / max(elapsed, 1e-9)))
    return statistics.median(_time(work, calls) / calls for _ in range(rounds))


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
