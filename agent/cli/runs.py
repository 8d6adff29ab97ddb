"""`viscript show`, `replay` and `diff`: runs that were recorded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...tools.errors import InputError
from .loading import showing_loads
from .options import JsonOption, NoCacheOption, RunsOption
from .terminal import Terminal

if TYPE_CHECKING:
    from ..runs.diff import RunDifference

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
    from .run import lines_of, show_answer, show_failure, step_spans

    folder = find_run(run, runs)
    recorded = read_run(folder)
    terminal = Terminal(json)
    for number, line in enumerate(lines_of(recorded.program.rstrip()), 1):
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
    # os.path, unlike Path, takes a name that is too long for one that isn't there.
    if name != LAST and os.path.isdir(name):  # noqa: PTH112
        return Path(name)
    folders = [path for path in place.iterdir() if path.is_dir()] if place.is_dir() else []
    if not folders:
        raise InputError(f"there are no runs in {place}")
    # Ids tell seconds only; the time of the folder tells which of two quick runs was later.
    latest = max(folders, key=lambda path: (path.stat().st_mtime_ns, path.name))
    found = [path for path in folders if path.name.startswith(name)]
    if name == LAST:
        found = [latest]
    if not found:
        raise InputError(f"there is no run {name[:80]!r}", hint=f"the last one is {latest.name}")
    if len(found) > 1:
        raise InputError(f"{len(found)} runs start with {name!r}", hint="give more of the id")
    return found[0]


def replay(
    run: RunArgument = LAST,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="NAME|FILE",
            help="Which backend serves each tool now; the run's own by default.",
            show_default=False,
        ),
    ] = None,
    no_cache: NoCacheOption = False,
    runs: RunsOption = None,
    json: JsonOption = False,
) -> None:
    """Run a recorded program again. The exit code is 1 when anything comes out differently.

    With --no-cache every tool runs again, so that a changed model or tool shows.

    Examples:

        viscript replay last --no-cache

        viscript replay last --profile my-profile.toml
    """
    from ...tools.toolbox import Toolbox
    from ..runs.replay import replay as replay_run
    from ..runs.summary import read_run

    folder = find_run(run, runs)
    terminal = Terminal(json)
    with terminal.working():
        served_by = profile or _built_in(read_run(folder).profile)
        toolbox = Toolbox.load(served_by, cache=None if no_cache else "default")
        replayed = replay_run(folder, showing_loads(toolbox, terminal))
    _show_difference(terminal, replayed.difference)
    terminal.json(replayed.to_json())
    if not replayed.difference.same:
        raise typer.Exit(1)


def _built_in(name: str) -> str:
    """A recorded profile's name; a run may be anyone's file, so it can't name a file to load.

    Raises:
        InputError: it is no profile that comes with viscript.
    """
    from ...tools.profile import built_in_profiles

    if name not in built_in_profiles():
        raise InputError(
            f"the run was recorded with the profile {name!r}, which doesn't come with viscript",
            hint="name its file with --profile",
        )
    return name


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A run's folder, id, or last.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The run to compare it with.")],
    runs: RunsOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two recorded runs. The exit code is 1 when steps or answers differ.

    Example: viscript diff 20261124-101500-3fa2b1 last
    """
    from ..runs.diff import diff as compare
    from ..runs.summary import read_run

    terminal = Terminal(json)
    difference = compare(read_run(find_run(old, runs)), read_run(find_run(new, runs)))
    _show_difference(terminal, difference)
    terminal.json(difference.to_json())
    if not difference.same:
        raise typer.Exit(1)


def _show_difference(terminal: Terminal, difference: RunDifference) -> None:
    """Prints what two runs have in common, and both sides of what they don't."""
    for pair in difference.steps:
        step = pair.new or pair.old
        assert step is not None
        mark, style = (" ", "dim") if pair.same else _MARKS[pair.old is None, pair.new is None]
        terminal.line((f"{mark} {step.tool:<16} line {step.line}", style))
        sides = [*pair.arguments.items(), *([("result", pair.result)] if pair.result else [])]
        for name, (before, after) in sides:
            _show_sides(terminal, name, before, after)
    if difference.answer is not None:
        terminal.line(("! answer", "bold yellow"))
        _show_sides(terminal, "", *difference.answer)
    terminal.line(("the same" if difference.same else "different", "bold"))


_MARKS = {
    (False, False): ("!", "yellow"),
    (True, False): ("+", "green"),
    (False, True): ("-", "red"),
}
"""How a step is marked that differs, or that only the new or only the old run has."""


def _show_sides(terminal: Terminal, name: str, before: str, after: str) -> None:
    terminal.line((f"    {name:<10} was ", "dim"), before)
    terminal.line((f"    {'':<10} is  ", "dim"), after)
