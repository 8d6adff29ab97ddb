"""`run`: the program runs; a cell runs together with the cells before it.

Steps that ran before come from the toolbox's cache, so running the cells again costs next to
nothing, and the run that is kept at the end is one whole program that can be replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ...tools.errors import one_line
from ...tools.values import summary_of
from ..program.read import read
from ..program.tree import Assignment, Loop
from ..program.walk import parts_of
from ..runs.events import Event as RunEvent
from ..runs.events import StepStarted
from ..runs.execute import run_program
from ..runs.folder import PAGE
from ..runs.run import Run
from ..runs.step import Step
from ..runs.summary import read_run
from .dependencies import Dependencies, Tell
from .events import StepFinished
from .gate import Gate, WithheldError
from .given import given_values
from .marks import kept_marks
from .pictures import opened
from .state import AskState, AttemptState, cells_of, draft_of, program_of, tried_in

MAX_OBSERVATIONS = 20
"""Steps and names that a planner is told about after a run."""
MAX_OBSERVATION = 240
"""Characters of one of them."""


def run(state: AskState, deps: Dependencies, tell: Tell) -> AskState:
    """Runs the program of a request; where a call was held back, a person is asked first.

    Raises:
        InputError: a picture is no longer what it was, or the run can't be kept.
        CancelledError: the person asked to stop.
    """
    draft = draft_of(state)
    before = cells_of(state.get("attempts", [])).count("\n")
    done = _finished(state) if draft["final"] else None
    if done is None:
        folder = str(folder_of(state))
        gate = Gate(deps.toolbox, {name for place, name in deps.agreed if place == folder})
        # Refuses a picture that is no longer what it was.
        opened(state, deps.toolbox)
        done = run_program(
            program_of(state),
            # Files, not pictures: the run keeps a copy of a file, and would encode a picture.
            [one["path"] for one in state.get("pictures", [])],
            deps.toolbox,
            complete=draft["final"],
            given=given_values(state, deps.toolbox),
            folder=folder_of(state) if draft["final"] else None,
            record=draft["final"],
            step_seconds=deps.limits.step_seconds,
            cancellation=deps.cancellation,
            on_event=_tells(tell, before),
            invoker=gate,
        )
        if isinstance(done.cause, WithheldError):
            return AskState(stage="checked", withheld=sorted(gate.withheld))
    deps.cancellation.check()
    new = [one for one in done.steps if one.line > before]
    seen = [*_steps(new, before), *_values(done, draft)]
    after: AttemptState = {
        **draft,
        "observations": [one_line(one, MAX_OBSERVATION) for one in seen],
        "error": _error(done, before),
        "refused": _refused(done),
        "run": "" if done.folder is None else str(done.folder),
        "marked": kept_marks(done, before, f"marked-{len(tried_in(state)) + 1}", deps),
        "calls": len(new),
        "cached": sum(one.cached for one in new),
    }
    return AskState(draft=after, stage="ran")


def folder_of(state: AskState) -> Path:
    """Where the draft's run is recorded: always the same place, so that a killed run goes on."""
    first, number = state.get("folder", ""), len(tried_in(state)) + 1
    return Path(first if number == 1 else f"{first}-{number}")


def _steps(new: Sequence[Step], before: int) -> list[str]:
    """What the steps came to that are not of earlier cells: those were told already.

    Text that was read from a picture is quoted: summaries show texts as literals.
    """
    return _first(f"line {one.line - before}: {one.tool}: {one.summary}" for one in new)


def _values(done: Run, draft: AttemptState) -> list[str]:
    """The answer, or what the names of a cell are."""
    if draft["final"]:
        return [f"answer = {summary_of(done.answer)}"] if done.ok else []
    assigned = [
        one.name
        for one in parts_of(read(draft["source"]).body)
        if isinstance(one, (Assignment, Loop)) and one.name in done.names
    ]
    return _first(f"{name} = {summary_of(done.names[name])}" for name in dict.fromkeys(assigned))


def _first(lines: Iterable[str]) -> list[str]:
    """The first lines, and how many more there are."""
    every = list(lines)
    left = len(every) - MAX_OBSERVATIONS
    return every if left <= 0 else [*every[:MAX_OBSERVATIONS], f"... and {left} more"]


def _error(done: Run, before: int) -> str:
    """Why a run has no answer, and what to do, on one line."""
    error = done.error
    if error is None:
        return ""
    step = next((one for one in done.steps if one.number == error.step), None)
    where = f"line {error.line - before}: " if error.line is not None else ""
    tool = f"{step.tool}: " if step is not None else ""
    hint = f" ({error.hint})" if error.hint else ""
    return one_line(f"{where}{tool}{error.message}{hint}")


def _refused(done: Run) -> str:
    """What the profile can't do for any picture, where that is why a run has no answer."""
    error = done.error
    return error.message if error is not None and error.kind == "not offered" else ""


def _tells(tell: Tell, before: int) -> Callable[[RunEvent], None]:
    """Passes steps on, without those of earlier cells, which were told before."""

    def show(event: RunEvent) -> None:
        if isinstance(event, StepStarted):
            if event.line > before:
                tell(event)
        elif event.step.line > before:
            tell(StepFinished.of(event.step))

    return show


def _finished(state: AskState) -> Run | None:
    """The run, when the process died after it had ended and before the graph knew.

    One that the person stopped is begun again, and one that waited for the person.
    """
    folder = folder_of(state)
    if not (folder / PAGE).exists():
        return None
    done = read_run(folder)
    if done.error is not None and done.error.kind in ("cancelled", "policy"):
        (folder / PAGE).unlink()
        return None
    return done
