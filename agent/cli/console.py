"""`console`: where rich prints to. Rich is slow to import: import this where it is needed."""

from __future__ import annotations

from typing import IO

from rich.console import Console

from .terminal import discard


class _PatientConsole(Console):
    """A console whose reader may go away (`| head`): the command goes on, and prints to nobody."""

    def on_broken_pipe(self) -> None:
        discard(self.file)


def console(stream: IO[str]) -> Console:
    """A console that reads no markup; piped, it neither colours nor breaks lines."""
    return _PatientConsole(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=not stream.isatty(),
        width=None if stream.isatty() else 10_000,
    )
