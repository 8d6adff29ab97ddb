"""`viscript show`, `replay` and `diff`: runs that were recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...tools.errors import InputError
from .options import JsonOption, NoCacheOption, RunsOption
from .terminal import Terminal

if TYPE_CHECKING:
    pass

RunArgument = Annotated[
    str,
    typer.Argument(metavar="RUN", help="A run's folder, its id or the start of it, or last."),
]
LAST = "last"


def show(
    run: RunArgument = LAST,
    open_page: Annotated[
        bool, typer.Option("--open", help="Open the page in the web browser.")
    ] = False,
    runs: RunsOption = None,
    json: JsonOption = False,
) -> None:
    """Show a recorded run. Prints its program, its steps, its answer, and where its page is.

    Examples:

        viscript show last

        viscript show 20261124-101500-3fa2b1 --open
    """
    from ..runs.folder import PAGE
    from ..runs.summary import read_run
    from .run import show_answer, show_failure, step_spans

    folder = find_run(run, runs)
    recorded = read_run(folder)
    terminal = Terminal(json)
    for number, line in enumerate(recorded.program.splitlines(), 1):
        terminal.line((f"{number:>3}  ", "dim"), line)
    terminal.line()
    for step in recorded.steps:
        terminal.line(*step_spans(step), cut=True)
    if recorded.ok:
        show_answer(terminal, recorded, None)
    else:
        show_failure(terminal, recorded)
    terminal.json(recorded.to_json())
    if open_page:
        import webbrowser

        webbrowser.open((folder / PAGE).absolute().as_uri())


def find_run(name: str, runs: Path | None) -> Path:
    """The folder of a run.

    Args:
        name: the folder, the run's id or the start of it, or `last`.
        runs: where runs are kept; None for the user's own place.

    Raises:
        InputError: there is no such run, or several ids start so.
    """
    from ...tools.folders import runs_folder

    place = runs or runs_folder()
    if name != LAST and Path(name).is_dir():
        return Path(name)
    ids = sorted(path.name for path in place.iterdir() if path.is_dir()) if place.is_dir() else []
    if not ids:
        raise InputError(f"there are no runs in {place}")
    found = ids[-1:] if name == LAST else [one for one in ids if one.startswith(name)]
    if not found:
        raise InputError(f"there is no run {name!r}", hint=f"the last one is {ids[-1]}")
    if len(found) > 1:
        raise InputError(f"{len(found)} runs start with {name!r}", hint="give more of the id")
    return place / found[0]


def replay(
    run: RunArgument = LAST,
    no_cache: NoCacheOption = False,
    runs: RunsOption = None,
    json: JsonOption = False,
) -> None:
    """Run a recorded program again. Says what came out differently.

    Examples:

        viscript replay last

        viscript replay last --no-cache
    """


def diff(
    old: Annotated[str, typer.Argument(metavar="RUN", help="The one run.")],
    new: Annotated[str, typer.Argument(metavar="RUN", help="The other run.")],
    runs: RunsOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two recorded runs. The exit code is 1 when they differ.

    Example: viscript diff 20261124-101500-3fa2b1 last
    """
