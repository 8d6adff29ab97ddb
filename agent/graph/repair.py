"""What becomes of an attempt that is over: the planner gets it back, or the agent gives up."""

from __future__ import annotations

from collections.abc import Sequence

from ...tools.errors import one_line
from .dependencies import Dependencies, Tell
from .events import Replanned
from .state import AskState, AttemptState, tried_in
from .vote import ended


def given_back(state: AskState, deps: Dependencies, over: AttemptState, tell: Tell) -> AskState:
    """Ends an attempt that failed: the next plan, or the end when there were enough.

    A planner that writes the same program a third time has nothing else to offer, and one that is
    refused the same thing twice does not get round it: that is the end.
    """
    before = state.get("attempts", [])
    attempts = [*before, over]
    failed = [one for one in attempts if not one["kept"]]
    enough = len(failed) > deps.limits.repairs or repeats(over, before) >= 2
    enough = enough or refused_again(over, before)
    if not enough:
        tell(Replanned(len(tried_in(state)) + 1, why(over)))
        return AskState(attempts=attempts, draft=None, stage="planning")
    return ended(state, deps, tell, attempts)


def repeats(attempt: AttemptState, before: Sequence[AttemptState]) -> int:
    """How many attempts that failed after the same cells were the same.

    Attempts that hold no program are never the same: what a model says may be better next time.
    """
    source = attempt["source"].strip()
    since = before[_after_last_cell(before) :]
    return sum(bool(source) and one["source"].strip() == source for one in since)


def refused_again(attempt: AttemptState, before: Sequence[AttemptState]) -> bool:
    """Whether an attempt failed for what the profile had refused already."""
    refused = attempt.get("refused", "")
    return bool(refused) and any(one.get("refused") == refused for one in before)


def why(attempt: AttemptState) -> str:
    """Why an attempt is over, on one line."""
    errors = [one for one in attempt["diagnostics"] if one["severity"] == "error"]
    if errors and not attempt["error"]:
        first = errors[0]
        hint = f" ({first['suggestion']})" if first["suggestion"] else ""
        return one_line(f"line {first['line']}: {first['message']}{hint}")
    return one_line(attempt["error"] or attempt["advice"])


def _after_last_cell(attempts: Sequence[AttemptState]) -> int:
    return max((number for number, one in enumerate(attempts, 1) if one["kept"]), default=0)
