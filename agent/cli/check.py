"""`viscript check`: whether a program is well-formed, before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .options import DialectOption, InlineOption, JsonOption
from .terminal import Terminal

if TYPE_CHECKING:
    from ..program import Diagnostic, Scope

ALL = "all"
"""Stands for a profile that serves every tool there is a contract for."""


def check(
    program: Annotated[
        str | None,
        typer.Argument(help="A file, or - for standard input.", show_default=False),
    ] = None,
    inline: InlineOption = None,
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            metavar="NAME|FILE|all",
            help="Whose tools the program may use; all: every tool, served or not.",
        ),
    ] = "embedded",
    images: Annotated[
        int | None,
        typer.Option(
            "--images",
            min=0,
            help="How many pictures it will run on: 1 gives it image, 2 left and right.",
            show_default=False,
        ),
    ] = None,
    dialect: DialectOption = "auto",
    json: JsonOption = False,
) -> None:
    """Check a program without running it. The exit code is 1 when something is wrong.

    Examples:

        viscript check program.viscript

        viscript check -e "answer = count(find(image, 'dog'))" --images 1

        viscript check visprog.txt --profile all --json
    """
    from ..program import check as check_program
    from .sources import program_text

    source = program_text(program, inline)
    checked = check_program(source, scope_of(profile, images), dialect)
    terminal = Terminal(json)
    for diagnostic in checked.diagnostics:
        show_diagnostic(terminal, diagnostic, source)
    if checked.ok:
        terminal.line(("ok", "bold green"), f", the answer is {checked.answer_type}")
    terminal.json(
        {
            "ok": checked.ok,
            "dialect": checked.dialect,
            "answer_type": None if checked.answer_type is None else str(checked.answer_type),
            "diagnostics": [one.to_json() for one in checked.diagnostics],
        }
    )
    if not checked.ok:
        raise typer.Exit(1)


def scope_of(profile: str, images: int | None) -> Scope:
    """What a program may use under a profile, on so many pictures (None: not known yet)."""
    from ...tools.registry import Registry
    from ...tools.toolbox import Toolbox
    from ..program import Scope
    from ..runs.bindings import types_for, unbound_for

    names, unbound = types_for(images), unbound_for(images)
    if profile == ALL:
        return Scope(tools=Registry.standard(), names=names, unbound=unbound)
    toolbox = Toolbox.load(profile, cache=None)
    return Scope(toolbox.offered, names, toolbox.elsewhere, unbound)


def show_diagnostic(terminal: Terminal, diagnostic: Diagnostic, source: str) -> None:
    """Prints a diagnostic with its line underlined."""
    color = "red" if diagnostic.severity == "error" else "yellow"
    head, *rest = diagnostic.render(source).split("\n")
    terminal.line((head, color))
    for line in rest:
        terminal.line(line)
