"""`plan`: the planner writes a program, or the next cell of one."""

from __future__ import annotations

from collections.abc import Container, Mapping

from ...tools.contract import Contract
from ..planners.planner import Example, Exchange, NoProgramError, Plan, Task
from ..program.read import read
from ..program.tree import ANSWER
from ..program.walk import behind_answer
from .dependencies import Dependencies, Tell
from .events import PlanToken, PlanWritten
from .given import summaries_of
from .marks import marks_of
from .pictures import names_for, opened
from .planning import planned
from .state import AskState, AttemptState, added, attempt_of, new_attempt, no_usage, tried_in

MAX_SOURCE = 64 * 2**10
"""Characters of a program; the checker refuses longer ones anyhow, and they must not be kept."""
SHOWN = 400
"""Characters that are kept of one that is too long."""


def plan(state: AskState, deps: Dependencies, tell: Tell) -> AskState:
    """Asks the planner. A reply without a program is an attempt that has failed.

    Raises:
        ModelError: the planner can't be reached or loaded.
        InputError: a picture is no longer what it was.
        CancelledError: the person asked to stop.
    """
    deps.cancellation.check()

    def hear(token: str) -> None:
        tell(PlanToken(token))

    try:
        made = planned(deps.planner, task_of(state, deps), deps.cancellation, hear)
    except NoProgramError as error:
        draft, usage = new_attempt("", error=str(error)), error.usage
    else:
        draft, usage = _draft(made, state, deps), made.usage
    tell(PlanWritten(len(tried_in(state)) + 1, draft["source"], draft["final"], draft["error"]))
    return AskState(
        draft=draft, stage="planning", usage=added(state.get("usage", no_usage()), usage)
    )


def task_of(state: AskState, deps: Dependencies) -> Task:
    """What the planner is asked for."""
    names = {**names_for(state.get("pictures", [])), **summaries_of(state, deps.toolbox)}
    return Task(
        request=state.get("request", ""),
        names=names,
        tools=allowed_tools(state, deps),
        examples=[Example(**one) for one in state.get("examples", [])],
        attempts=[attempt_of(one, marks_of(one, deps)) for one in state.get("attempts", [])],
        pictures=opened(state, deps.toolbox),
        conversation=[Exchange(**one) for one in state.get("conversation", [])],
        known=_known(state, names),
        draw=len(state.get("ballots", [])),
    )


def allowed_tools(state: AskState, deps: Dependencies) -> Mapping[str, Contract]:
    """The tools that are offered, without those that the person did not allow."""
    declined = state.get("declined", [])
    return {name: one for name, one in deps.toolbox.offered.items() if name not in declined}


def _known(state: AskState, names: Container[str]) -> Mapping[str, str]:
    """What nouns mean, without what rests on a value that is gone: it is looked for again."""
    return {
        noun: meant
        for noun, meant in state.get("known", {}).items()
        if all(one in names for one in behind_answer(read(f"{ANSWER} = {meant}").body).inputs)
    }


def _draft(made: Plan, state: AskState, deps: Dependencies) -> AttemptState:
    """What the planner wrote, as an attempt; one too long to be a program is cut."""
    size = len(made.source)
    if size > MAX_SOURCE:
        error = f"the planner wrote {size} characters; a program may have {MAX_SOURCE}"
        return new_attempt(made.source[:SHOWN], error=f"{error} (write one short program)")
    if not made.source.strip():
        return new_attempt("", error="the planner wrote nothing (write one program)")
    kept = sum(one["kept"] for one in state.get("attempts", []))
    look = not made.final and deps.planner.writes_cells and kept < deps.limits.cells
    return new_attempt(made.source, final=not look)
