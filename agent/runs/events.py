"""What a run tells while it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from .step import Step


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step's tool has been called."""

    number: int
    tool: str
    line: int


@dataclass(frozen=True, slots=True)
class StepEnded:
    """A step has its result, or has failed."""

    step: Step


Event = StepStarted | StepEnded
