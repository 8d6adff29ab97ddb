"""`run_program`: checks a program, runs it on pictures, and records what happened."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ...tools.cache import Cache
from ...tools.cancellation import Cancellation
from ...tools.errors import ViscriptError
from ...tools.toolbox import Toolbox
from ...tools.types import type_of_value
from ...tools.values import ImageLike
from ..program.budget import Budget
from ..program.check import Checked, Dialect, check
from ..program.diagnostics import ProgramFailedError
from ..program.interpret import execute
from ..program.scope import Scope
from .bindings import types_for, unbound_for, values_for
from .events import Event
from .folder import RunFolder
from .run import Run, RunError
from .scheduler import Invoker
from .step import Step
from .supervisor import Supervisor


def run_program(
    source: str,
    images: Sequence[ImageLike],
    toolbox: Toolbox,
    *,
    dialect: Dialect = "auto",
    complete: bool = True,
    given: Mapping[str, object] | None = None,
    folder: Path | None = None,
    record: bool = True,
    durable: bool = True,
    budget: Budget | None = None,
    step_seconds: float = 120,
    workers: int = 2,
    cancellation: Cancellation | None = None,
    on_event: Callable[[Event], None] | None = None,
    invoker: Invoker | None = None,
) -> Run:
    """Checks a program and runs it; whatever goes wrong in it is part of the run that it returns.

    Steps whose results are in the toolbox's cache don't run again: a run that was killed goes on
    where it stopped when the same program is run on the same pictures.

    Args:
        source: the program.
        images: its pictures: one is bound to `image`, two to `left` and `right`, all to `images`.
        toolbox: calls the tools.
        dialect: "viscript", "visprog", or "auto".
        complete: False for the first cells of a program, which need no answer; see `Run.names`.
        given: values of earlier runs that the program may name, beside its pictures.
        folder: where the run is recorded; None makes a new folder among the user's runs.
        record: False keeps the run in memory only.
        durable: each step that ran is on the disk, not only with the operating system, before the
            next.
        budget: what the program may use; None is the standard budget.
        step_seconds: how long a step may take.
        workers: how many steps run at the same time.
        cancellation: stops the run within a step.
        on_event: told of each step, in this thread. What it raises ends the run, and is raised.
        invoker: calls the tools in the toolbox's place, such as a `Gate`.

    Raises:
        InputError: a picture can't be read, or the folder can't be written.
    """
    began = time.monotonic()
    opened = [toolbox.image(image) for image in images]
    count = len(opened)
    names = {**types_for(count)} | {name: type_of_value(one) for name, one in (given or {}).items()}
    scope = Scope(toolbox.offered, names, toolbox.elsewhere, unbound_for(count))
    checked = check(source, scope, dialect, complete=complete)
    run = Run(
        program=source,
        dialect=checked.dialect,
        profile=toolbox.profile.name,
        images=opened,
        started=datetime.now(UTC).isoformat(timespec="milliseconds"),
        diagnostics=list(checked.diagnostics),
        given=given or {},
    )
    cache = toolbox.cache if isinstance(toolbox.cache, Cache) else None
    kept = RunFolder(folder, cache, durable) if record else None
    if kept is not None:
        run.folder = kept.path
        kept.begin(run, images)
    supervisor = Supervisor(
        invoker or toolbox,
        workers=workers,
        step_seconds=step_seconds,
        note=_drop if kept is None else kept.append,
        cancellation=cancellation or Cancellation(),
        on_event=on_event,
    )
    try:
        _execute(checked, run, supervisor, budget or Budget())
    # An interruption by the user too leaves a whole folder.
    except BaseException as interruption:
        by_user = isinstance(interruption, KeyboardInterrupt)
        why = "the run was interrupted" if by_user else "a fault outside the program ended the run"
        run.error = RunError("cancelled", why, "run the program again: its finished steps are kept")
        raise
    finally:
        run.steps = supervisor.scheduler.steps
        run.seconds = time.monotonic() - began
        if kept is not None:
            kept.finish(run)
    return run


def _execute(checked: Checked, run: Run, supervisor: Supervisor, budget: Budget) -> None:
    """Runs a program that checks; what goes wrong in it is noted in the run."""
    if checked.program is None or not checked.ok:
        first = next(one for one in checked.diagnostics if one.severity == "error")
        run.error = RunError("program", first.message, first.suggestion, None, first.line)
        return
    program, names = checked.program, {**values_for(run.images), **run.given}
    try:
        execution = supervisor.run(
            lambda: execute(program, names, supervisor.scheduler, budget, supervisor.stop),
            seconds=budget.seconds,
        )
    except ProgramFailedError as error:
        where = error.diagnostic
        run.diagnostics = [*run.diagnostics, where]
        run.error = RunError("program", where.message, where.suggestion, None, where.line)
        run.cause = error
    except ViscriptError as error:
        run.error = _error_of_step(error, supervisor)
        run.cause = error
    else:
        run.answer = execution.answer
        run.names = execution.names


def _error_of_step(error: ViscriptError, supervisor: Supervisor) -> RunError:
    """An error, and the step that it comes from when there is one."""
    for step in supervisor.scheduler.steps:
        if supervisor.scheduler.failures.get(step.number) is error:
            return RunError.at(error, step.number, step.line)
    return RunError.at(error, None, None)


def _drop(step: Step) -> None:
    """Where steps go in a run that is not recorded."""
