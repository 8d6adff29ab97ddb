"""`viscript eval show`: a log's questions and answers, and the pages that explain them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...agent.cli.options import JsonOption
from ...agent.cli.terminal import Terminal
from ...tools.errors import InputError
from .logs import LAST, LogsOption, find_log

if TYPE_CHECKING:
    from ..reports.results import Result

SAMPLES = 20


def show(
    log: Annotated[
        str, typer.Argument(metavar="LOG", help="A log's file, last, or last:SUITE.")
    ] = LAST,
    wrong: Annotated[bool, typer.Option("--wrong", help="Only wrong answers.")] = False,
    cause: Annotated[
        str | None,
        typer.Option("--cause", help="Only answers wrong for this reason.", show_default=False),
    ] = None,
    sample: Annotated[
        str | None, typer.Option("--sample", metavar="ID", help="Only one.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most N.")] = SAMPLES,
    open_page: Annotated[
        bool, typer.Option("--open", help="Open the first one's page in the web browser.")
    ] = False,
    folder: LogsOption = None,
    json: JsonOption = False,
) -> None:
    """Show what was asked and answered, and the page that explains each answer.

    Examples:

        viscript eval show last --wrong

        viscript eval show last:vqav2 --cause "step failed" --open
    """
    from ...agent.runs.folder import PAGE
    from ..reports.data import sample_to_json
    from ..reports.results import read_evaluation

    evaluation = read_evaluation(find_log(log, folder))
    chosen = _chosen(evaluation.results, wrong, cause, sample)
    terminal = Terminal(json)
    for one in chosen[:limit]:
        terminal.line((f"{one.question.id}  ", "bold"), one.question.request)
        right = ", ".join(word for word, _ in Counter(one.question.answers).most_common(4))
        said = one.record.text or one.record.message
        terminal.line(f"  {one.score:.2f}  {said!r}, right: {right!r}", cut=True)
        if one.cause:
            terminal.line(("  because: ", "dim"), one.cause)
        if one.record.run:
            terminal.line(f"  {Path(one.record.run) / PAGE}")
    if len(chosen) > limit:
        terminal.note(f"and {len(chosen) - limit} more: --limit {len(chosen)}")
    shown = [sample_to_json(one) for one in chosen[:limit]]
    terminal.json({"log": str(evaluation.path), "found": len(chosen), "samples": shown})
    if open_page:
        _open(chosen, PAGE)


def _chosen(
    results: Sequence[Result], wrong: bool, cause: str | None, sample: str | None
) -> list[Result]:
    """The samples that were asked for.

    Raises:
        InputError: there is no such reason or sample.
    """
    from ..causes import CAUSES

    if cause is not None and cause not in CAUSES:
        raise InputError(f"there is no cause {cause!r}", hint=f"use {', '.join(CAUSES)}")
    found = [
        one
        for one in results
        if (not wrong or one.cause)
        and (cause is None or one.cause == cause)
        and (sample is None or one.question.id == sample)
    ]
    if sample is not None and not found:
        raise InputError(f"the log has no such sample {sample!r}")
    return found


def _open(chosen: Sequence[Result], page: str) -> None:
    import webbrowser

    runs = [one.record.run for one in chosen if one.record.run]
    if not runs:
        raise InputError("none of them has a page: nothing ran")
    webbrowser.open((Path(runs[0]) / page).absolute().as_uri())
