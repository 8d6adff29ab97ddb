"""What reaches the terminal: the one place where text loses what could steer it.

Labels, text in pictures, file names and programs are not ours. Whatever is printed goes through
`Terminal`, which writes control characters out and reads no markup.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

Span = str | tuple[str, str]
"""Text, or text and its style."""


def visible(text: str) -> str:
    """`text` with every character that could steer a terminal written out, as in `\\x1b`."""
    return "".join(
        char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1] for char in text
    )


class Terminal:
    """Prints results to stdout and errors to stderr.

    Args:
        as_json: print one JSON object and nothing else to stdout.
    """

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json

    def line(self, *spans: Span, cut: bool = False) -> None:
        """Prints one line, made of spans; nothing in JSON mode.

        Args:
            spans: what to print.
            cut: shorten it to the width of the terminal instead of breaking it.
        """
        if not self.as_json:
            _print(sys.stdout, _styled(spans), cut)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[Span]]) -> None:
        """Prints rows under headings; nothing in JSON mode."""
        if self.as_json:
            return
        from rich.table import Table

        table = Table(*headings, box=None, pad_edge=False, header_style="dim")
        for row in rows:
            table.add_row(*(_styled([cell]) for cell in row))
        _print(sys.stdout, table)

    def json(self, data: object) -> None:
        """Prints the object of JSON mode; nothing otherwise."""
        if self.as_json:
            # Only ASCII: no terminal, pipe or code page can garble it.
            text = json.dumps(data, indent=2 if sys.stdout.isatty() else None)
            with _reader_may_leave():
                sys.stdout.write(text + "\n")

    def error(self, text: str) -> None:
        """Prints one line to stderr."""
        _print(sys.stderr, _styled([("error: ", "bold red"), text]))

    def note(self, text: str, style: str = "dim") -> None:
        """Prints text to stderr that is no error of its own."""
        _print(sys.stderr, _styled([(text, style)]))

    @contextmanager
    def working(self) -> Generator[None]:
        """In JSON mode, what a model's library prints to stdout within the block goes to stderr."""
        if not self.as_json:
            yield
            return
        with redirect_stdout(sys.stderr):
            yield


def _print(stream: IO[str], printed: Text | Table, cut: bool = False) -> None:
    from .console import console

    if cut and stream.isatty():
        # Said to `print`: it joins texts to a new one, which knows nothing of their own settings.
        console(stream).print(printed, no_wrap=True, overflow="ellipsis")
    else:
        console(stream).print(printed)


def _styled(spans: Iterable[Span]) -> Text:
    from rich.text import Text

    text = Text()
    for span in spans:
        words, style = (span, "") if isinstance(span, str) else span
        text.append(visible(words).expandtabs(4), style or None)
    return text


def flush() -> None:
    """Flushes stdout; a reader that has gone away (`| head`) is no error."""
    with _reader_may_leave():
        sys.stdout.flush()


@contextmanager
def _reader_may_leave() -> Generator[None]:
    """Once the reader of stdout has gone, what is written there goes nowhere."""
    try:
        yield
    except BrokenPipeError:
        discard(sys.stdout)


def discard(stream: IO[str]) -> None:
    """Lets whatever is written to a stream from now on, and what it still holds, go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
