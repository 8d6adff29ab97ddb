"""`approve`: a person agrees before a program calls a tool that costs money or asks for it."""

from __future__ import annotations

from langgraph.types import interrupt

from ...tools.contract import Contract
from ..program.walk import calls_in
from .check import checked_program
from .dependencies import Dependencies, Tell
from .repair import given_back
from .state import AskState, AttemptState, cells_of, draft_of, program_of


def approve(state: AskState, deps: Dependencies, tell: Tell) -> AskState:
    """Interrupts the graph when a person must agree; goes on at once when nobody must.

    LangGraph runs this node again from the top when it is resumed: nothing before the interruption
    has an effect. A tool that is declined is not offered again for this request.
    """
    asking = tools_to_approve(state, deps)
    if not asking:
        return AskState(stage="approved")
    agreed: object = interrupt(
        {
            "program": program_of(state),
            "tools": [{"name": one.name, "why": one.approval} for one in asking],
        }
    )
    if agreed is True:
        return AskState(stage="approved")
    names = [one.name for one in asking]
    error = f"the person did not allow {', '.join(names)} (do without)"
    draft: AttemptState = {**draft_of(state), "error": error}
    declined = [*state.get("declined", []), *names]
    return given_back(state, deps, draft, tell) | AskState(declined=declined)


def tools_to_approve(state: AskState, deps: Dependencies) -> list[Contract]:
    """The tools that the draft calls and that a person must agree to.

    Calls in cells that ran already were agreed to, and their results are kept.
    """
    program = checked_program(state, deps).program
    if program is None:
        return []
    before = cells_of(state.get("attempts", [])).count("\n")
    new = {one.function for one in calls_in(program.body) if one.at.line > before}
    called = (program.tools[name] for name in sorted(new & set(program.tools)))
    return [one for one in called if one.approval]
