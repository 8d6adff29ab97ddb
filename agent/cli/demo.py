"""`viscript demo`: a question and an edit, on a photo that comes with viscript."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .options import JsonOption, RunsOption
from .terminal import Terminal

if TYPE_CHECKING:
    from ...tools.cancellation import Cancellation
    from ...tools.toolbox import Toolbox
    from ..runs.run import Run

FOLDER = Path(__file__).parents[1] / "demo"
PHOTO = FOLDER / "astronaut.jpg"
PROGRAMS = ("question", "edit")


def demo(runs: RunsOption = None, json: JsonOption = False) -> None:
    """Answer a question about a photo, and edit it. Real models, no network.

    The second program finds the same people as the first: look for what comes from the cache.

    Example: viscript demo
    """
    from ...tools.cancellation import Cancellation
    from ...tools.toolbox import Toolbox
    from .run import interrupts

    terminal = Terminal(json)
    cancellation = Cancellation()
    with terminal.working(), interrupts(cancellation):
        toolbox = Toolbox.load()
        done = [_run(name, toolbox, runs, cancellation, terminal) for name in PROGRAMS]
    terminal.json({"runs": [one.to_json() for one in done]})
    if not all(one.ok for one in done):
        raise typer.Exit(1)


def _run(
    name: str, toolbox: Toolbox, runs: Path | None, cancellation: Cancellation, terminal: Terminal
) -> Run:
    """Runs one of the demo's programs, and shows what a person would have typed."""
    from ..runs.execute import run_program
    from ..runs.folder import new_name
    from .run import show_answer, show_failure, shows_steps
    from .sources import read_program

    path = FOLDER / f"{name}.viscript"
    source = read_program(str(path))
    terminal.line((f"viscript run {path.name} {PHOTO.name}", "bold"))
    for line in source.splitlines():
        terminal.line(("  | ", "dim"), line)
    terminal.line()
    done = run_program(
        source,
        [PHOTO],
        toolbox,
        folder=None if runs is None else runs / new_name(),
        cancellation=cancellation,
        on_event=shows_steps(terminal),
    )
    if done.ok:
        show_answer(terminal, done, None)
    else:
        show_failure(terminal, done)
    terminal.line()
    return done
