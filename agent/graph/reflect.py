"""`reflect`: looks at what came out, and decides whether the planner should try again."""

from __future__ import annotations

from pathlib import Path

from ..runs.summary import read_run
from .dependencies import Dependencies, Tell
from .judge import judge
from .repair import given_back, repeats
from .state import AskState, AttemptState, draft_of
from .vote import ended


def reflect(state: AskState, deps: Dependencies, tell: Tell) -> AskState:
    """Ends the attempt that ran: the answer, the next cell, or another try.

    An answer that looks wrong is tried again at most `Limits.replans` times, and not when the
    planner insists on the same program: then it is accepted, with doubts. A planner that declines
    after the profile refused something has no answer: what was refused tells a person more.
    """
    draft, attempts = draft_of(state), state.get("attempts", [])
    if draft["error"]:
        return given_back(state, deps, draft, tell)
    if not draft["final"]:
        cell: AttemptState = {**draft, "kept": True}
        return AskState(attempts=[*attempts, cell], draft=None, stage="planning")
    findings = judge(state.get("request", ""), read_run(Path(draft["run"])))
    refused = next((one["refused"] for one in reversed(attempts) if one.get("refused")), "")
    if refused and any(one.code == "declined" for one in findings):
        unserved: AttemptState = {**draft, "refused": refused}
        return ended(state, deps, tell, [*attempts, unserved])
    wrong = [one.words for one in findings if one.wrong]
    replanned = sum(bool(one["advice"]) for one in attempts)
    if not wrong or replanned >= deps.limits.replans or repeats(draft, attempts):
        return ended(state, deps, tell, [*attempts, draft])
    over: AttemptState = {**draft, "advice": "; ".join(wrong)}
    return given_back(state, deps, over, tell)
