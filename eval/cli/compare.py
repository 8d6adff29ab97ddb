"""`viscript eval compare`: two systems on the same questions."""

from __future__ import annotations

from typing import Annotated

import typer

from ...agent.cli.options import JsonOption
from ...agent.cli.terminal import Terminal
from .logs import LogsOption, find_log

SHOWN = 20


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="A log's file, last, or last:SUITE.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The log to compare it with.")],
    limit: Annotated[
        int, typer.Option("--limit", min=1, metavar="N", help="At most N flipped samples each way.")
    ] = SHOWN,
    folder: LogsOption = None,
    json: JsonOption = False,
) -> None:
    """Test whether B is better than A on the questions that both answered; show what flipped.

    The difference of the mean scores has its 95 % interval (bootstrap); McNemar's exact test says
    how likely so uneven a split of the flips is by chance.

    Example:

        viscript eval compare before.eval after.eval
    """
    from ..reports.comparison import compared
    from ..reports.results import read_evaluation

    pair = compared(
        read_evaluation(find_log(first, folder)), read_evaluation(find_log(second, folder))
    )
    terminal = Terminal(json)
    terminal.line(f"A  {pair.first.mean:.1%}  {pair.names[0]}")
    terminal.line(f"B  {pair.second.mean:.1%}  {pair.names[1]}")
    terminal.line(
        f"B - A: {100 * pair.difference:+.1f} points "
        f"({100 * pair.low:+.1f} to {100 * pair.high:+.1f}), p = {pair.p:.2g}, "
        f"{pair.count} questions"
    )
    terminal.line(f"right only in A: {len(pair.lost)}, right only in B: {len(pair.won)}")
    for title, flips in (("only A", pair.lost), ("only B", pair.won)):
        for before, after in flips[:limit]:
            terminal.line()
            terminal.line((f"{title}  {before.question.id}  ", "bold"), before.question.request)
            answers = before.question.answers
            terminal.line(f"  right: {max(answers, key=answers.count)!r}", cut=True)
            for name, one in (("A", before), ("B", after)):
                terminal.line(f"  {name}: {one.record.text or one.record.message!r}", cut=True)
                terminal.line((f"     {one.record.run}", "dim"))
    terminal.json(pair.to_json(limit))
