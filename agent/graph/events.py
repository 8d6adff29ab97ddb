"""What a request tells while it is worked on. Small and plain: text, numbers and handles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..runs.events import StepStarted
from ..runs.step import Step, StepError


@dataclass(frozen=True, slots=True)
class PlanToken:
    """A piece of what the planner writes, as it writes it."""

    text: str


@dataclass(frozen=True, slots=True)
class PlanWritten:
    """The planner has written a program, or a cell of one when `final` is False.

    Args:
        number: of the attempt, from 1.
        source: the program or cell; empty when what came back holds none, which `error` tells.
        final: whether it is meant to give the answer.
        error: why there is no program.
    """

    number: int
    source: str
    final: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checker said about a program, as `Diagnostic.to_json`; only when it said something.

    Lines are those of what the planner wrote last.
    """

    ok: bool
    diagnostics: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step has its result, or has failed; see `agent.runs.Step`.

    Args:
        line: the line of the program, all cells together.
        summary: its result or its error, on one line. What was read from a picture is quoted.
    """

    number: int
    tool: str
    line: int
    seconds: float
    cached: bool
    summary: str
    error: StepError | None = None

    @classmethod
    def of(cls, step: Step) -> StepFinished:
        """The event of a step."""
        return cls(
            step.number, step.tool, step.line, step.seconds, step.cached, step.summary, step.error
        )


@dataclass(frozen=True, slots=True)
class Replanned:
    """The attempt has failed, or its answer looks wrong: the planner is asked again.

    Args:
        number: of the attempt that is over.
        why: what was wrong, on one line.
    """

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Another program is drawn for the same request, to be voted on.

    Args:
        number: of the program, from 2.
        votes: how many there will be.
    """

    number: int
    votes: int


Event = PlanToken | PlanWritten | Checked | StepStarted | StepFinished | Replanned | Drawing
"""What the nodes tell."""
