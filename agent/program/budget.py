"""Budgets: a program always ends, and never outgrows the machine."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar, cast

from ...tools.cancellation import Cancellation
from .diagnostics import FaultError

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Budget:
    """What a run may use.

    Args:
        fuel: parts of the program computed, each counted as often as it is; comparing or converting
            a list counts each of its items.
        elements: items of all lists made, those of lists inside lists included.
        characters: characters of all texts made.
        bits: the size of the largest whole number.
        seconds: time from start to end, the tools' included.
        steps: tools called.
    """

    fuel: int = 100_000
    elements: int = 200_000
    characters: int = 1_000_000
    bits: int = 4_096
    seconds: float = 600.0
    steps: int = 2_000


class Meter:
    """Counts what a run uses, and raises `FaultError` before it uses more than its budget."""

    def __init__(self, budget: Budget, cancellation: Cancellation | None = None) -> None:
        self.budget = budget
        self.cancellation = cancellation or Cancellation()
        self._deadline = time.monotonic() + budget.seconds
        self._fuel = budget.fuel
        self._elements = budget.elements
        self._characters = budget.characters
        self._steps = budget.steps

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline, negative after it."""
        return self._deadline - time.monotonic()

    @property
    def stopped(self) -> bool:
        """Whether someone has asked to stop, or the time is over."""
        return self.cancellation.cancelled or self.seconds_left < 0

    def spend(self, amount: int = 1) -> None:
        """Counts fuel, and looks at the clock and for a request to stop."""
        self._fuel -= amount
        if self._fuel < 0:
            raise FaultError(
                "out-of-fuel",
                f"the program computed more than {self.budget.fuel:,} parts",
                "loop over fewer things",
            )
        self.cancellation.check()
        if time.monotonic() > self._deadline:
            raise self.out_of_time()

    def out_of_time(self) -> FaultError:
        """What to raise at the deadline."""
        return FaultError(
            "out-of-time",
            f"the program ran for more than {self.budget.seconds:g} seconds",
            "use fewer or faster steps, or give it more time",
        )

    def elements(self, amount: int) -> None:
        """Counts items of new lists, before they are made."""
        self._elements -= amount
        if self._elements < 0:
            raise FaultError(
                "out-of-elements",
                f"the program made lists of more than {self.budget.elements:,} items in all",
                "make shorter lists",
            )

    def new_list(self, items: list[Item]) -> list[Item]:
        """Counts the items of a new list and of the lists in it."""
        self.elements(len(items))
        for item in items:
            if isinstance(item, (list, tuple)):
                self._nested(cast("Sequence[object]", item))
        return items

    def _nested(self, items: Sequence[object]) -> None:
        self.elements(len(items))
        for item in items:
            if isinstance(item, (list, tuple)):
                self._nested(cast("Sequence[object]", item))

    def characters(self, amount: int) -> None:
        """Counts characters of new text, before it is made."""
        self._characters -= amount
        if self._characters < 0:
            raise FaultError(
                "out-of-characters",
                f"the program made texts of more than {self.budget.characters:,} characters in all",
                "make shorter texts",
            )

    def bits(self, amount: int) -> None:
        """Checks the size of a whole number, before it is made."""
        if amount > self.budget.bits:
            raise FaultError(
                "number-too-large",
                f"a whole number of more than {self.budget.bits:,} bits",
                "use smaller numbers",
            )

    def step(self) -> None:
        """Counts a call of a tool."""
        self._steps -= 1
        if self._steps < 0:
            raise FaultError(
                "out-of-steps",
                f"the program called tools more than {self.budget.steps:,} times",
                "call tools for fewer regions",
            )


_current: ContextVar[Meter | None] = ContextVar("viscript_meter", default=None)


def current_meter() -> Meter:
    """The meter of the program that runs in this context; a fresh one outside of any."""
    return _current.get() or Meter(Budget())


@contextmanager
def metering(meter: Meter) -> Generator[None]:
    """Makes `meter` the current one within the block."""
    reset = _current.set(meter)
    try:
        yield
    finally:
        _current.reset(reset)
