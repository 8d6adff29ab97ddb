"""`answer`: the last node chooses what the person gets, and writes down how it came about."""

from __future__ import annotations

from pathlib import Path

from ..runs.summary import read_run
from .dependencies import Dependencies, Tell
from .judge import confidence, judge
from .record import AskRecord, keep
from .repair import why
from .state import AskState, AttemptState, Outcome


def conclude(state: AskState, deps: Dependencies, tell: Tell) -> AskState:
    """The last run that has an answer, with its doubts; or why there is none.

    Raises:
        InputError: the run's folder can't be read or written.
    """
    attempts = state.get("attempts", [])
    answered = [one for one in attempts if one["run"] and not one["error"]]
    outcome = _accepted(state, answered[-1]) if answered else _given_up(attempts)
    ran = [one["run"] for one in attempts if one["run"]]
    if ran:
        keep(Path(outcome["run"] or ran[-1]), AskRecord.of(state, outcome, deps.planner.name))
    return AskState(outcome=outcome)


def _accepted(state: AskState, attempt: AttemptState) -> Outcome:
    findings = judge(state.get("request", ""), read_run(Path(attempt["run"])))
    return Outcome(
        run=attempt["run"],
        error="",
        hint="",
        doubts=[one.words for one in findings],
        confidence=confidence(findings),
    )


def _given_up(attempts: list[AttemptState]) -> Outcome:
    tries = "1 try" if len(attempts) == 1 else f"{len(attempts)} tries"
    return Outcome(
        run="",
        error=f"no program could be made for the request in {tries}; the last one: "
        f"{why(attempts[-1])}",
        hint="say it in other words, or use another planner or profile",
        doubts=[],
        confidence=None,
    )
