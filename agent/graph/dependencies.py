"""What the nodes of the graph work with; it reaches them through LangGraph's runtime context."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ...tools.cancellation import Cancellation
from ...tools.toolbox import Toolbox
from ..planners.planner import Example, Planner
from .events import Event

Tell = Callable[[Event], None]
"""Passes an event on to whoever follows the request."""


class Examples(Protocol):
    """Finds worked examples; `planners.recall.Recall` does."""

    def nearest(self, request: str, tools: Container[str], names: Container[str]) -> list[Example]:
        """The examples nearest to a request, the nearest first."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """When the agent gives up.

    Args:
        repairs: programs that may fail (no program, a check, a step, a doubtful answer) before it
            gives up, besides the first.
        replans: how many of these may be for an answer that came out, but looks wrong.
        cells: cells that may run before the one that gives the answer.
        step_seconds: how long a step may take.
        votes: how many programs are drawn for a request; the answer is the one that most of them
            come to. The other limits hold for each of them.
    """

    repairs: int = 3
    replans: int = 1
    cells: int = 6
    step_seconds: float = 120.0
    votes: int = 1

    @property
    def plans(self) -> int:
        """The most that a planner is called for one request."""
        return self.votes * (1 + self.repairs + self.cells)


@dataclass(frozen=True)
class Dependencies:
    """What the nodes work with.

    Args:
        toolbox: calls the tools.
        planner: writes the programs.
        examples: finds worked examples.
        runs: the folder that runs are recorded in.
        limits: when to give up.
        cross_check: look at the pictures a second time before an answer is given.
        cancellation: the person's request to stop.
        scratch: a folder for what is needed until the request is over; None where there is none.
        agreed: what a person agreed to in this process: the folder of a run, and a tool's name.
    """

    toolbox: Toolbox
    planner: Planner
    examples: Examples
    runs: Path
    limits: Limits = field(default_factory=Limits)
    cross_check: bool = True
    cancellation: Cancellation = field(default_factory=Cancellation)
    scratch: Path | None = None
    agreed: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
