"""`answer`: the last node chooses what the person gets, and writes down how it came about."""

from __future__ import annotations

from pathlib import Path

from ..runs.run import Run
from ..runs.summary import read_run
from .crosscheck import Agreement, cross_checked
from .dependencies import Dependencies, Tell
from .expectations import wanted
from .judge import Finding, confidence, judge, steps_behind
from .record import AskRecord, keep
from .repair import why
from .state import AskState, AttemptState, Outcome


def conclude(state: AskState, deps: Dependencies, tell: Tell) -> AskState:
    """The answer that is doubted least, with its doubts; or why there is none.

    Raises:
        InputError: the run's folder can't be read or written.
    """
    attempts = state.get("attempts", [])
    answered = [one["run"] for one in attempts if one["run"] and not one["error"]]
    outcome = _accepted(state, answered, deps) if answered else _given_up(attempts)
    ran = [one["run"] for one in attempts if one["run"]]
    if ran:
        keep(Path(outcome["run"] or ran[-1]), AskRecord.of(state, outcome, deps.planner.name))
    return AskState(outcome=outcome)


def _accepted(state: AskState, folders: list[str], deps: Dependencies) -> Outcome:
    """The answer that the rules doubt least; of equal ones, the last."""
    request = state.get("request", "")
    runs = [read_run(Path(folder)) for folder in folders]
    judged = [judge(request, run) for run in runs]
    best = max(range(len(runs)), key=lambda number: (confidence(judged[number]), number))
    findings = judged[best]
    if deps.cross_check:
        findings = _checked_again(request, runs[best], findings, deps)
    return Outcome(
        run=folders[best],
        error="",
        hint="",
        doubts=[one.words for one in findings],
        confidence=confidence(findings),
    )


def _checked_again(
    request: str, run: Run, findings: list[Finding], deps: Dependencies
) -> list[Finding]:
    """The findings after a second look, which adds doubts, or confirms that nothing is there."""
    behind, _ = steps_behind(run)
    looks = list(cross_checked(behind, wanted(request), deps.toolbox, deps.cancellation))
    agreed = {one.step for one in looks if isinstance(one, Agreement)}
    left = [one for one in findings if one.code != "nothing-found" or one.step not in agreed]
    return [*left, *(one for one in looks if isinstance(one, Finding))]


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
