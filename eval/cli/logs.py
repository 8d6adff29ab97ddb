"""Logs as commands name them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...tools.errors import InputError
from ..folders import evaluations_folder

LAST = "last"
SUFFIX = ".eval"
LOGS = "logs"

LogsOption = Annotated[
    Path | None,
    typer.Option(
        "--folder", metavar="FOLDER", help="Where evaluations are kept.", show_default=False
    ),
]


def logs_folder(folder: Path | None) -> Path:
    """Where logs are, in the folder of evaluations that was named or the user's own."""
    return (folder or evaluations_folder()) / LOGS


def find_log(name: str, folder: Path | None = None) -> Path:
    """A log.

    Args:
        name: its file, `last`, or `last:SUITE` for the newest one of a suite.
        folder: where evaluations are kept; None for the user's own place.

    Raises:
        InputError: there is none.
    """
    if Path(name).is_file():
        return Path(name)
    last, _, suite = name.partition(":")
    if last != LAST:
        raise InputError(f"there is no log {name}", hint="give its file, last or last:SUITE")
    for path in newest_first(folder):
        if not suite or f"_{suite}_" in path.name:
            return path
    raise InputError(
        f"there is no log{f' of {suite}' if suite else ''} in {logs_folder(folder)}",
        hint="make one: viscript eval easy-vqa --limit 50",
    )


def newest_first(folder: Path | None) -> list[Path]:
    """All logs; their names begin with the time."""
    return sorted(logs_folder(folder).glob(f"*{SUFFIX}"), reverse=True)
