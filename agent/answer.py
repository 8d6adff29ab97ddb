"""`Answer`: what comes of a request, with everything that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..tools.values import Image, to_json
from ..tools.values.codec import images_in
from .evidence import Evidence, evidence_of
from .graph.state import (
    AskState,
    AttemptState,
    Outcome,
    UsageState,
    VoteState,
    attempt_of,
    no_usage,
    tried_in,
)
from .planners.planner import Attempt
from .runs.run import Run
from .runs.step import Step, StepError
from .runs.summary import read_run
from .words import words_of


@dataclass(frozen=True)
class Answer:
    """What comes of a request.

    Args:
        request: the person's words.
        planner: the name of the planner.
        value: the answer: text, a number, True or False, a region, a picture, or a list of these;
            None when the agent gave up.
        program: the program whose answer it is, or the last one that was tried.
        steps: its steps.
        run: the folder of its run, with the page that explains it; None when nothing ran.
        pictures: the pictures in the answer.
        attempts: what was tried, oldest first, the program of the answer included.
        usage: what the planner took.
        calls: calls of tools in all attempts; `steps` are those of the answer's own program.
        cached: those of them whose result was there already.
        confidence: from 1 (no rule has a doubt) to 0; None without an answer. Not calibrated.
        doubts: why the answer may be wrong.
        evidence: the regions and texts that it rests on.
        votes: where several programs were voted on: each answer in words and how many of them came
            to it, this one first.
        error: why there is no answer.
        details: the run as a whole.
    """

    request: str
    planner: str
    value: object
    program: str
    steps: Sequence[Step]
    run: Path | None
    pictures: Sequence[Image]
    attempts: Sequence[Attempt]
    usage: UsageState
    calls: int = 0
    cached: int = 0
    confidence: float | None = None
    doubts: Sequence[str] = ()
    evidence: Evidence = field(default_factory=Evidence)
    votes: Sequence[VoteState] = ()
    error: StepError | None = None
    details: Run | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        """Whether there is an answer."""
        return self.error is None

    @property
    def text(self) -> str:
        """The answer in words: text as it is, truth as yes or no, anything else summarised."""
        return words_of(self.value) if self.error is None else str(self.error.message)

    def __str__(self) -> str:
        return self.text

    def to_json(self) -> dict[str, Any]:
        """The object that `viscript ask --json` prints: that of `run`, and how it came about."""
        ran = (
            _NO_RUN | {"program": self.program} if self.details is None else self.details.to_json()
        )
        encode = to_json if self.details is None else self.details.value_to_json
        failed = None if self.error is None else asdict(self.error) | {"step": None, "line": None}
        return ran | {
            "request": self.request,
            "planner": self.planner,
            "attempts": [_attempt_to_json(one) for one in self.attempts],
            "usage": dict(self.usage),
            "confidence": self.confidence,
            "doubts": list(self.doubts),
            "evidence": self.evidence.to_json(encode),
            "votes": list(self.votes),
            "answer": None if failed else ran["answer"],
            "error": failed,
        }


def _error(outcome: Outcome) -> StepError | None:
    """Why there is no answer; None when there is one."""
    if not outcome["error"]:
        return None
    return StepError(outcome.get("kind", "program"), outcome["error"], outcome["hint"])


def answer_from(state: AskState, planner: str) -> Answer:
    """The answer of a request that is over.

    Raises:
        InputError: the folder of its run can't be read.
    """
    outcome = state.get("outcome")
    assert outcome is not None, "the request is not over"
    attempts = tried_in(state)
    details = _details(outcome, attempts)
    value = None if details is None or outcome["error"] else details.answer
    last = attempts[-1]["source"] if attempts else ""
    return Answer(
        request=state.get("request", ""),
        planner=planner,
        value=value,
        program=last if details is None else details.program,
        steps=() if details is None else details.steps,
        run=None if details is None else details.folder,
        pictures=images_in(value),
        attempts=[attempt_of(one) for one in attempts],
        usage=state.get("usage", no_usage()),
        calls=sum(one.get("calls", 0) for one in attempts),
        cached=sum(one.get("cached", 0) for one in attempts),
        confidence=outcome["confidence"],
        doubts=outcome["doubts"],
        evidence=Evidence() if details is None or outcome["error"] else evidence_of(details),
        votes=outcome["votes"],
        error=_error(outcome),
        details=details,
    )


def _details(outcome: Outcome, attempts: Sequence[AttemptState]) -> Run | None:
    """The run of the answer; of a request that was given up, the last there is."""
    folders = [one["run"] for one in attempts if one["run"]]
    folder = outcome["run"] or (folders[-1] if folders else "")
    return read_run(Path(folder)) if folder else None


def _attempt_to_json(attempt: Attempt) -> dict[str, Any]:
    """An attempt without the pictures that were drawn for the planner."""
    return {key: one for key, one in asdict(attempt).items() if key != "marked"}


_NO_RUN: dict[str, Any] = {
    "answer": None,
    "program": "",
    "dialect": None,
    "profile": None,
    "diagnostics": [],
    "steps": [],
    "seconds": 0.0,
    "run": None,
    "error": None,
}
