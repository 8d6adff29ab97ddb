"""`viscript run`: runs a program on pictures and shows its steps and its answer."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from .failures import INTERRUPTED
from .loading import showing_loads
from .options import (
    DialectOption,
    ForceOption,
    InlineOption,
    JsonOption,
    NoCacheOption,
    OutputOption,
    ProfileOption,
    RunsOption,
    Settings,
)
from .terminal import Span, Terminal

if TYPE_CHECKING:
    from ...tools.cancellation import Cancellation
    from ..graph.events import StepFinished
    from ..runs.events import Event
    from ..runs.run import Run
    from ..runs.step import Step

ON_CTRL_C = "interrupted"


def run(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROGRAM IMAGE...",
            help="The program's file, or - for standard input (not with -e), then its pictures.",
            show_default=False,
        ),
    ] = None,
    inline: InlineOption = None,
    profile: ProfileOption = "embedded",
    dialect: DialectOption = "auto",
    output: OutputOption = None,
    force: ForceOption = False,
    runs: RunsOption = None,
    no_cache: NoCacheOption = False,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout",
            min=0,
            metavar="SECONDS",
            help="The most that the whole run may take.",
        ),
    ] = None,
    step_timeout: Annotated[
        float,
        typer.Option(
            "--step-timeout",
            min=0,
            metavar="SECONDS",
            help="The most for one step.",
        ),
    ] = 120,
    json: JsonOption = False,
) -> None:
    """Run a program on pictures. Shows each step, the answer, and the page that explains it.

    One picture is called image in the program, two are left and right, and all are images.
    A run that was stopped goes on where it was when the same command is given again.

    Examples:

        viscript run program.viscript photo.jpg

        viscript run -e "answer = count(find(image, 'dog'))" photo.jpg

        viscript run visprog.txt left.jpg right.jpg --json
    """
    from ...tools.cancellation import Cancellation
    from ...tools.toolbox import Toolbox
    from ..program import Budget
    from ..runs.execute import run_program
    from ..runs.folder import new_name
    from .pictures import check_output
    from .sources import program_text

    given = words or []
    name = None if inline is not None or not given else given[0]
    source = program_text(name, inline)
    images = given if inline is not None else given[1:]
    check_output(output, force)
    terminal = Terminal(json)
    cancellation = Cancellation()
    with terminal.working(), interrupts(cancellation):
        toolbox = Toolbox.load(profile, cache=None if no_cache else "default")
        done = run_program(
            source,
            images,
            showing_loads(toolbox, terminal),
            dialect=dialect,
            folder=None if runs is None else runs / new_name(),
            budget=Budget() if timeout is None else Budget(seconds=timeout),
            step_seconds=step_timeout,
            cancellation=cancellation,
            on_event=shows_steps(terminal),
        )
    _finish(terminal, done, output, force)
    if done.error is not None:
        if context.ensure_object(Settings).debug and done.cause is not None:
            raise done.cause
        stopped = done.error.kind == "cancelled" and done.error.message == ON_CTRL_C
        raise typer.Exit(INTERRUPTED if stopped else 1)


def _finish(terminal: Terminal, done: Run, output: Path | None, force: bool) -> None:
    """Saves the answer when it is a picture that the user wants, and shows how the run ended."""
    from ...tools.values import Image
    from .pictures import save_picture

    saved = None
    if output is not None and isinstance(done.answer, Image):
        saved = save_picture(done.answer, output, force, output.stem)
    if done.ok:
        show_answer(terminal, done, saved)
        if output is not None and saved is None:
            terminal.note(f"the answer is no picture, so nothing was saved in {output}")
    else:
        show_failure(terminal, done)
    terminal.json(done.to_json() | {"output": None if saved is None else str(saved.absolute())})


def show_answer(terminal: Terminal, done: Run, saved: Path | None) -> None:
    """Prints the answer, and where the run's page is."""
    from ..program import Diagnostic
    from .answers import show_value

    diagnostics: Sequence[Diagnostic] = done.diagnostics
    for diagnostic in diagnostics:
        terminal.note(diagnostic.render(done.program))
    terminal.line()
    show_value(terminal, done.answer, saved or _kept(done))
    _show_page(terminal, done)


def show_failure(terminal: Terminal, done: Run) -> None:
    """Prints why a run has no answer: the place in the program, or the step and its error."""
    error = done.error
    assert error is not None
    for diagnostic in done.diagnostics:
        terminal.note(diagnostic.render(done.program), "")
    if not any(one.severity == "error" for one in done.diagnostics):
        step = next((one for one in done.steps if one.number == error.step), None)
        where = "" if step is None else f"step {step.number} ({step.tool}, line {step.line}): "
        hint = f" ({error.hint})" if error.hint else ""
        terminal.error(f"{where}{error.message}{hint}")
        if error.line is not None:
            terminal.note(f"    {lines_of(done.program)[error.line - 1].strip()}", "")
    _show_page(terminal, done)


def lines_of(program: str) -> list[str]:
    """The lines of a program, as diagnostics and steps count them."""
    from ..program.scan import normalised

    return normalised(program).split("\n")


def _show_page(terminal: Terminal, done: Run) -> None:
    from ..runs.folder import PAGE

    if done.folder is None:
        return
    page = done.folder / PAGE
    if page.is_file():
        terminal.line((f"{done.seconds:.2f} s, explained in ", "dim"), str(page))
    else:
        terminal.line(("stopped before its page was written: ", "dim"), str(done.folder))


def _kept(done: Run) -> Path | None:
    """The file of a picture in the run's folder."""
    match done.to_json()["answer"]:
        case {"path": str() as path}:
            return Path(path)
        case _:
            return None


def shows_steps(terminal: Terminal) -> Callable[[Event], None]:
    """Prints each step when it ends."""
    from ..runs.events import StepEnded

    def show(event: Event) -> None:
        if isinstance(event, StepEnded):
            terminal.line(*step_spans(event.step), cut=True)

    return show


def step_spans(step: Step | StepFinished) -> list[Span]:
    """A step on one line: number, tool, line of the program, time, result."""
    took = "cached" if step.cached else f"{step.seconds:.2f} s"
    return [
        (f"{step.number:>3}  ", "dim"),
        (f"{step.tool:<16} ", "cyan" if step.error is None else "red"),
        (f"line {step.line:<3} {took:>8}  ", "dim"),
        step.summary,
    ]


@contextmanager
def interrupts(cancellation: Cancellation) -> Generator[None]:
    """Within the block, Ctrl-C stops the run in good order; a second one at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if cancellation.cancelled:
            raise KeyboardInterrupt
        cancellation.cancel(ON_CTRL_C)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
