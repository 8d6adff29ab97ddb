"""`check`: proves that the program is well-formed before anything runs."""

from __future__ import annotations

from typing import Any

from ..program.check import Checked as CheckResult
from ..program.check import check as check_program
from ..program.scope import Scope
from ..runs.bindings import unbound_for
from .dependencies import Dependencies, Tell
from .events import Checked
from .given import types_of
from .plan import allowed_tools
from .repair import given_back
from .state import AskState, AttemptState, cells_of, draft_of, program_of

DECLINED = "the person did not allow it"


def check(state: AskState, deps: Dependencies, tell: Tell) -> AskState:
    """Checks the draft together with the cells before it; a faulty one goes back to the planner."""
    draft = draft_of(state)
    if draft["error"]:
        return given_back(state, deps, draft, tell)
    checked = checked_program(state, deps)
    before = cells_of(state.get("attempts", [])).count("\n")
    diagnostics = _of_draft(checked, before)
    if diagnostics:
        tell(Checked(checked.ok, diagnostics))
    read: AttemptState = {**draft, "diagnostics": diagnostics, "error": _of_cells(checked, before)}
    if not checked.ok:
        return given_back(state, deps, read, tell)
    return AskState(draft=read, stage="checked")


def checked_program(state: AskState, deps: Dependencies) -> CheckResult:
    """The check of the program as it would run now."""
    count = len(state.get("pictures", []))
    declined = dict.fromkeys(state.get("declined", []), DECLINED)
    elsewhere = {**deps.toolbox.elsewhere, **declined}
    names = types_of(state, deps.toolbox)
    scope = Scope(allowed_tools(state, deps), names, elsewhere, unbound_for(count))
    return check_program(program_of(state), scope, complete=draft_of(state)["final"])


def _of_cells(checked: CheckResult, before: int) -> str:
    """Why cells that ran can't run any more: the request went on with other tools."""
    found = (one for one in checked.diagnostics if one.severity == "error")
    error = next((one for one in found if one.line <= before), None)
    return "" if error is None else f"what ran before can't run here: {error.message}"


def _of_draft(checked: CheckResult, before: int) -> list[dict[str, Any]]:
    """The diagnostics of what the planner wrote last, with its own lines."""
    found = (one.to_json() for one in checked.diagnostics if one.line > before)
    return [one | {"line": one["line"] - before} for one in found]
