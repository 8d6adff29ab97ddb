"""`Record`: what is kept of a sample in a log, beside its score."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ..agent.answer import Answer
from ..agent.runs.summary import read_run
from .suites.suite import Given

KEY = "viscript"
"""Where the record is in the sample's metadata."""

Failure = Literal["", "no program", "check failed", "step failed"]


class Record(BaseModel):
    """How a question was answered.

    Args:
        text: the answer in words; empty when there is none.
        program: the last program that was tried.
        run: the folder of its run; empty when nothing ran.
        failure: why there is no answer; empty when there is one.
        message: the same in words.
        seconds: from the question to the answer.
        plans: how often the planner was asked.
        input_tokens, output_tokens: what it read and wrote; what it remembers costs nothing.
        cost: of the planner, in dollars; None where it can't tell.
        steps: tool calls of all programs that ran, those that were planned again included.
        cached: those whose result was there already.
        confidence: the agent's own, 0 to 1; None without an answer.
        doubts: why it doubts the answer.
        baselines: what other systems answered, by name.
    """

    model_config = ConfigDict(extra="ignore")

    text: str = ""
    program: str = ""
    run: str = ""
    failure: Failure = ""
    message: str = ""
    seconds: float = 0.0
    plans: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    steps: int = 0
    cached: int = 0
    confidence: float | None = None
    doubts: list[str] = []
    baselines: dict[str, str] = {}

    @classmethod
    def of(cls, answer: Answer, seconds: float, baselines: Mapping[str, str]) -> Record:
        """The record of an answer."""
        return cls(
            text=answer.text if answer.ok else "",
            program=answer.program,
            run="" if answer.run is None else str(answer.run),
            failure=failure_of(answer),
            message="" if answer.error is None else answer.error.message,
            seconds=round(seconds, 3),
            plans=answer.usage["calls"],
            input_tokens=answer.usage["input_tokens"],
            output_tokens=answer.usage["output_tokens"],
            cost=answer.usage["cost"],
            steps=answer.calls,
            cached=answer.cached,
            confidence=answer.confidence,
            doubts=list(answer.doubts),
            baselines=dict(baselines),
        )

    @classmethod
    def in_metadata(cls, metadata: Mapping[str, Any]) -> Record | None:
        """The record in a sample's metadata; None when the question was not answered."""
        return cls.model_validate(metadata[KEY]) if KEY in metadata else None

    def given(self) -> Given:
        """What was answered; its value is read from the run's folder.

        Raises:
            InputError: the run is gone.
        """
        value = read_run(Path(self.run)).answer if self.run and not self.failure else None
        return Given(self.text, value, self.program, self.run)


def failure_of(answer: Answer) -> Failure:
    """Why there is no answer, by what became of the last attempt."""
    if answer.ok:
        return ""
    last = answer.attempts[-1] if answer.attempts else None
    if last is None or not last.source.strip():
        return "no program"
    if any(one["severity"] == "error" for one in last.diagnostics):
        return "check failed"
    return "step failed"
