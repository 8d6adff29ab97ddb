"""`viscript eval judge` and `tally`: edits that people judge blind, and what they said."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...agent.cli.options import ForceOption, JsonOption
from ...agent.cli.terminal import Terminal
from ...tools.errors import InputError
from .logs import LAST, LogsOption, find_log

SUITE = "editing"
EditLogs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="LOG...", help="Logs of the suite editing; the newest.", show_default=False
    ),
]


def judge(
    logs: EditLogs = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the page goes.")
    ] = Path("judge.html"),
    force: ForceOption = False,
    folder: LogsOption = None,
    json: JsonOption = False,
) -> None:
    """Write a page on which people judge edits without knowing whose they are.

    The page saves the votes of a reader as votes.json; `viscript eval tally` counts them. Of
    several logs it has the questions that each of them answers by a picture, as many as fit.

    Examples:

        viscript eval judge before.eval after.eval --output judge.html
    """
    from ..reports.blind import edits_of, render
    from ..reports.results import read_evaluation

    if output.exists() and not force:
        raise InputError(f"there is already a {output}", hint="choose another name, or --force")
    evaluations = [read_evaluation(find_log(one, folder)) for one in logs or [f"{LAST}:{SUITE}"]]
    edits = edits_of(evaluations)
    try:
        output.write_text(render(edits), "utf-8")
    except OSError as error:
        raise InputError(f"{output} can't be written: {error.strerror or error}") from None
    terminal = Terminal(json)
    terminal.line(f"the page is {output}; count its votes: viscript eval tally votes.json")
    if edits.left_out:
        terminal.note(edits.left_out)
    terminal.json(
        {
            "page": str(output.absolute()),
            "questions": edits.questions,
            "unpaired": edits.unpaired,
            "beyond": edits.beyond,
        }
    )


def tally(
    votes: Annotated[list[Path], typer.Argument(metavar="VOTES...", help="Files of votes.")],
    logs: Annotated[
        list[str] | None,
        typer.Option("--log", metavar="LOG", help="A log on the page.", show_default=False),
    ] = None,
    folder: LogsOption = None,
    json: JsonOption = False,
) -> None:
    """Count what people said of edits, and how often the automatic checks say the same.

    Examples:

        viscript eval tally anna.json ben.json --log before.eval --log after.eval
    """
    from ..reports.blind import read_votes
    from ..reports.blind import tally as tally_of
    from ..reports.results import read_evaluation
    from ..reports.words import words_of

    evaluations = [read_evaluation(find_log(one, folder)) for one in logs or [f"{LAST}:{SUITE}"]]
    found = tally_of(evaluations, [read_votes(one) for one in votes])
    if not found:
        raise InputError("the votes are not on edits of these logs", hint="name them with --log")
    terminal = Terminal(json)
    terminal.line("| edits by | votes | right | checks say the same |")
    terminal.line("|---|---:|---:|---:|")
    for one in found:
        right = words_of(one.right)
        terminal.line(f"| {one.name} | {one.right.count} | {right} | {one.agreed:.1%} |")
    terminal.json(
        {
            "systems": [
                {
                    "name": one.name,
                    "votes": one.right.count,
                    "right": one.right.mean,
                    "low": one.right.low,
                    "high": one.right.high,
                    "agreed": one.agreed,
                }
                for one in found
            ]
        }
    )
