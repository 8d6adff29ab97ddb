"""Errors at the edge of the command line: one line for people, an object in JSON mode."""

from __future__ import annotations

import typer

from ...tools.errors import CancelledError, InputError, ProgramError, ToolError, ViscriptError
from .terminal import Terminal

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it: 128 + SIGINT."""


def exit_code(error: ViscriptError | typer.TyperException) -> int:
    """1 when the program or a step failed, 2 when the user's input or set-up was wrong."""
    if isinstance(error, CancelledError):
        return INTERRUPTED
    return 1 if isinstance(error, (ProgramError, ToolError)) else 2


def report(error: ViscriptError | typer.TyperException, *, as_json: bool) -> None:
    """Says what is wrong: one line on stderr, and in JSON mode an object on stdout."""
    known = error if isinstance(error, ViscriptError) else _from_typer(error)
    terminal = Terminal(as_json)
    terminal.error(str(known))
    if as_json:
        from ..runs.step import StepError

        terminal.json({"error": StepError.of(known).to_json()})


def _from_typer(error: typer.TyperException) -> InputError:
    """A wrong option or argument, with the command whose help shows the right ones."""
    context = getattr(error, "ctx", None)
    hint = f"see `{context.command_path} --help`" if context is not None else ""
    return InputError(error.format_message(), hint=hint)
