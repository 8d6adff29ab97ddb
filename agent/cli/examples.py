"""`viscript examples`: worked examples that this user added, for planners that read them."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import JsonOption, RunsOption
from .runs import LAST, RunArgument, find_run
from .terminal import Terminal

app = typer.Typer(help="Worked examples of your own, which chat models are shown.")


@app.command()
def add(
    run: RunArgument = LAST,
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help="What the example teaches, in a sentence.")
    ] = "",
    runs: RunsOption = None,
    json: JsonOption = False,
) -> None:
    """Make a run, whose program you think well of, an example for later requests.

    Example: viscript examples add last --why "Count seats, not people."
    """
    from ..planners.from_run import add_example

    terminal = Terminal(json)
    path = add_example(find_run(run, runs), why)
    terminal.line("added to ", (str(path), "bold"))
    terminal.json({"file": str(path)})


@app.command("list")
def show(json: JsonOption = False) -> None:
    """Show your own examples. The file is TOML: change or delete them in it.

    Example: viscript examples list
    """
    from ...tools.folders import examples_file
    from ..planners.examples import user_examples

    terminal = Terminal(json)
    kept = [one.example for one in user_examples()]
    for one in kept:
        terminal.line((one.request, "bold"))
        for line in one.program.splitlines():
            terminal.line(("  | ", "dim"), line)
        if one.why:
            terminal.line(f"  {one.why}")
    terminal.line((f"{len(kept)} of your own", "bold"), (" in ", "dim"), str(examples_file()))
    terminal.json(
        {
            "file": str(examples_file()),
            "examples": [
                {"request": one.request, "program": one.program, "why": one.why} for one in kept
            ],
        }
    )
