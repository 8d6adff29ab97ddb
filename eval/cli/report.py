"""`viscript eval report`: evaluations as one page and one table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...agent.cli.options import ForceOption, JsonOption
from ...agent.cli.terminal import Terminal
from ...tools.errors import InputError
from .logs import LAST, LogsOption, find_log


def report(
    logs: Annotated[
        list[str] | None,
        typer.Argument(metavar="LOG...", help="Logs' files, last, or last:SUITE."),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the page goes.")
    ] = Path("report.html"),
    force: ForceOption = False,
    folder: LogsOption = None,
    json: JsonOption = False,
) -> None:
    """Write a page on evaluations, and print their table in Markdown.

    The table has the mean score and its 95 % interval by question type, beside the baselines;
    what a sample takes; and what causes the wrong answers.

    Examples:

        viscript eval report last

        viscript eval report last:easy-vqa last:vqav2 --output report.html
    """
    from ..reports.data import to_json
    from ..reports.page import render
    from ..reports.results import read_evaluation
    from ..reports.table import markdown

    if output.exists() and not force:
        raise InputError(f"there is already a {output}", hint="choose another name, or --force")
    evaluations = [read_evaluation(find_log(one, folder)) for one in logs or [LAST]]
    try:
        output.write_text(render(evaluations), "utf-8")
    except OSError as error:
        raise InputError(f"{output} can't be written: {error.strerror or error}") from None
    terminal = Terminal(json)
    for line in markdown(evaluations).split("\n"):
        terminal.line(line)
    terminal.note(f"the page is {output}")
    terminal.json({"page": str(output.absolute()), "evaluations": list(map(to_json, evaluations))})
