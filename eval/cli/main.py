"""`viscript eval`: a suite's name runs it; report, compare and show read what was kept."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from ..suites import MODULES
from .compare import compare
from .judge import judge, tally
from .report import report
from .run import run
from .show import show

RUN = "run"


class EvalGroup(TyperGroup):
    """Commands by their name; any other word is the suite that `run` takes."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that `args` start with."""
        if args[0].startswith("-") or args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "", self.commands[RUN], args


app = typer.Typer(
    cls=EvalGroup,
    # Help pages without rich: it triples the time that `--help` takes.
    rich_markup_mode=None,
    add_completion=False,
    help="Measure a profile and a planner on a suite of questions: viscript eval SUITE.",
    epilog=f"Suites: {', '.join(MODULES)}. Begin with: viscript eval easy-vqa --limit 50",
)
app.command(RUN)(run)
app.command()(report)
app.command()(compare)
app.command()(show)
app.command()(judge)
app.command()(tally)
