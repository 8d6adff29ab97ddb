"""`approve`: a person agrees before a program calls a tool that must be asked for.

Such a tool costs money, sends a picture to another machine, or asks for it itself.
"""

from __future__ import annotations

from langgraph.types import interrupt

from ...tools.contract import Contract
from ..program.tree import Program
from ..program.walk import calls_in
from .check import check, checked_program
from .dependencies import Dependencies, Tell
from .repair import given_back
from .run import folder_of
from .state import AskState, AttemptState, cells_of, draft_of, program_of


def approve(state: AskState, deps: Dependencies, tell: Tell) -> AskState:
    """Interrupts the graph when a person must agree; goes on at once when nobody must.

    LangGraph runs this node again from the top when it is resumed: nothing before the interruption
    has an effect. A tool that is declined is not offered again for this request. A program that
    does not check any more, because the request went on with other tools, goes back to the planner.
    """
    checked = checked_program(state, deps)
    if checked.program is None or not checked.ok:
        return check(state, deps, tell) | AskState(withheld=[])
    asking = tools_to_approve(state, deps, checked.program)
    if not asking:
        return AskState(stage="approved", withheld=[])
    names = [one.name for one in asking]
    declined = state.get("declined", [])
    # What a backend calls for its own work is in no program: it is declined without a question.
    agreed: object = False if set(names) & set(declined) else interrupt(_question(state, asking))
    if agreed is True:
        deps.agreed.update((str(folder_of(state)), one) for one in names)
        return AskState(stage="approved", withheld=[])
    error = f"the person did not allow {', '.join(names)} (do without)"
    draft: AttemptState = {**draft_of(state), "error": error}
    over = given_back(state, deps, draft, tell)
    return over | AskState(declined=list(dict.fromkeys([*declined, *names])), withheld=[])


def tools_to_approve(state: AskState, deps: Dependencies, program: Program) -> list[Contract]:
    """The tools that the draft calls and that a person must agree to, and those held back.

    Calls in cells that ran already were agreed to, and their results are kept: where one is gone,
    the run holds the call back, and comes here again.
    """
    before = cells_of(state.get("attempts", [])).count("\n")
    new = {one.function for one in calls_in(program.body) if one.at.line > before}
    names = (new | set(state.get("withheld", []))) & set(deps.toolbox.offered)
    folder = str(folder_of(state))
    called = (deps.toolbox.offered[one] for one in sorted(names))
    return [one for one in called if one.approval and (folder, one.name) not in deps.agreed]


def _question(state: AskState, asking: list[Contract]) -> dict[str, object]:
    return {
        "program": program_of(state),
        "tools": [{"name": one.name, "why": one.approval} for one in asking],
    }
