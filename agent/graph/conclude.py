"""`answer`: the last node chooses what the person gets, and writes down how it came about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...tools.errors import one_line
from ..runs.run import Run
from ..runs.summary import read_run
from ..words import words_of
from .crosscheck import Settled, cross_checked
from .dependencies import Dependencies, Tell
from .expectations import wanted
from .findings import Finding, steps_behind
from .judge import confidence, judge
from .looks import Looks
from .record import AskRecord, keep
from .repair import why
from .state import AskState, AttemptState, Outcome, VoteState, tried_in
from .vote import agree, dissent, grouped

UNSERVED = 0.6
"""What it takes from the confidence that a program does without something that was asked for."""


@dataclass(frozen=True, slots=True)
class _Ballot:
    """The run of a program's answer, and what looks wrong about it."""

    folder: str
    run: Run
    findings: list[Finding]

    @property
    def confidence(self) -> float:
        return confidence(self.findings)


def conclude(state: AskState, deps: Dependencies, tell: Tell) -> AskState:
    """The answer that most programs came to, with its doubts; or why there is none.

    Raises:
        InputError: the run's folder can't be read or written.
    """
    drawn = [*state.get("ballots", []), state.get("attempts", [])]
    ballots = [one for one in (_ballot(state, attempts) for attempts in drawn) if one]
    tried = tried_in(state)
    outcome = _elected(state, ballots, len(drawn), deps) if ballots else _given_up(tried)
    ran = [one["run"] for one in tried if one["run"]]
    if ran:
        keep(Path(outcome["run"] or ran[-1]), AskRecord.of(state, outcome, deps.planner.name))
    return AskState(outcome=outcome)


def _ballot(state: AskState, attempts: list[AttemptState]) -> _Ballot | None:
    """The answer of one program that the rules doubt least; of equal ones, the last."""
    request = state.get("request", "")
    answered = [one for one in attempts if not (one["error"] or one.get("refused"))]
    folders = [one["run"] for one in answered if one["run"]]
    runs = [(folder, read_run(Path(folder))) for folder in folders]
    unserved = list(_unserved(attempts))
    judged = [_Ballot(folder, run, [*unserved, *judge(request, run)]) for folder, run in runs]
    return max(reversed(judged), key=lambda one: one.confidence) if judged else None


def _elected(state: AskState, ballots: list[_Ballot], asked: int, deps: Dependencies) -> Outcome:
    """The answer that most ballots agree on; of equally many, the least doubted one."""
    groups = [
        [ballots[number] for number in one]
        for one in grouped([one.run.answer for one in ballots], agree)
    ]
    # Groups come by size and age: what is not decided by size is decided by doubts, then by age.
    groups.sort(key=lambda group: (-len(group), -max(one.confidence for one in group)))
    best = max(groups[0], key=lambda one: one.confidence)
    request = state.get("request", "")
    findings = best.findings
    if deps.cross_check:
        looks = Looks(deps.toolbox, deps.cancellation, deps.limits.step_seconds)
        findings = checked_again(request, best.run, findings, looks)
    votes = [
        VoteState(answer=one_line(words_of(group[0].run.answer), 120), programs=len(group))
        for group in groups
    ]
    counts = [one["programs"] for one in votes]
    findings = [*dissent(counts, asked, [one["answer"] for one in votes[1:]]), *findings]
    return Outcome(
        run=best.folder,
        error="",
        hint="",
        doubts=[one.words for one in findings],
        confidence=confidence(findings),
        votes=votes if asked > 1 else [],
    )


def checked_again(request: str, run: Run, findings: list[Finding], looks: Looks) -> list[Finding]:
    """The findings after a second look, which adds doubts, and takes away what it settles."""
    behind, _ = steps_behind(run)
    seen = list(cross_checked(behind, wanted(request), looks))
    settled = {(one.code, one.step) for one in seen if isinstance(one, Settled)}
    left = [one for one in findings if (one.code, one.step) not in settled]
    return [*left, *(one for one in seen if isinstance(one, Finding))]


def _unserved(attempts: list[AttemptState]) -> Iterator[Finding]:
    """Doubts about an answer that does without something which the profile refused."""
    refused = dict.fromkeys(one.get("refused", "") for one in attempts)
    for one in filter(None, refused):
        words = f"{one}: the answer does without it"
        yield Finding("unserved", words, wrong=False, weight=UNSERVED)


def _given_up(attempts: list[AttemptState]) -> Outcome:
    refused = attempts[-1].get("refused", "")
    if refused:
        return Outcome(
            run="",
            error=f"this can't be told: {refused}",
            kind="not offered",
            hint="another profile may know it (`viscript models list`); list_objects(image) names "
            "what this one recognises in a picture",
            doubts=[],
            confidence=None,
            votes=[],
        )
    tries = "1 try" if len(attempts) == 1 else f"{len(attempts)} tries"
    return Outcome(
        run="",
        error=f"no program could be made for the request in {tries}; the last one: "
        f"{why(attempts[-1])}",
        hint="say it in other words, or use another planner or profile",
        doubts=[],
        confidence=None,
        votes=[],
    )
