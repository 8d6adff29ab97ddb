"""Options that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperArgument, TyperCommand

ProfileOption = Annotated[
    str,
    typer.Option(
        "--profile", metavar="NAME|FILE", help="Which backend serves each tool.", show_default=True
    ),
]
OtherProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="NAME|FILE",
        help="Which backend serves each tool.",
        show_default="embedded, or as before",
    ),
]
InlineOption = Annotated[
    str | None,
    typer.Option("-e", "--inline", metavar="TEXT", help="The program itself.", show_default=False),
]
DialectOption = Annotated[
    Literal["auto", "viscript", "visprog"],
    typer.Option("--dialect", help="Whose language the program is in."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object and nothing else (docs/json.md).")
]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Neither use nor keep results of tools.")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to save a picture.")
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Let --output replace a file that exists.")
]
CrossCheckOption = Annotated[
    bool,
    typer.Option(
        "--cross-check/--no-cross-check",
        help="Look a second time for what the answer rests on.",
    ),
]
VotesOption = Annotated[
    int,
    typer.Option(
        "--votes",
        min=1,
        max=25,
        help="How many programs are written; the answer that most come to counts.",
    ),
]
OtherVotesOption = Annotated[
    int | None,
    typer.Option(
        "--votes",
        min=1,
        max=25,
        help="How many programs are written; the answer that most come to counts.",
        show_default="1, or as before",
    ),
]
RunsOption = Annotated[
    Path | None,
    typer.Option("--runs", metavar="FOLDER", help="Where runs are kept.", show_default=False),
]


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for every command.

    Args:
        debug: errors show where they came from.
    """

    debug: bool = False


class PlainUsage(TyperCommand):
    """A command whose usage line shows its arguments' names as they are, without brackets.

    For arguments that are needed but not by typer: each may be given in another way.
    """

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The words after the command's name."""
        arguments = (one for one in self.params if isinstance(one, TyperArgument))
        return ["[OPTIONS]", *(str(one.metavar) for one in arguments)]
