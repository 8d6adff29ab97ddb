"""Where the nodes of Python's tree are in the source that a person wrote."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace

from .diagnostics import Diagnostic
from .tree import Span

_QUOTED = re.compile(r"""(?P<raw>[rR]?)[uU]?(?P<quote>'''|\"""|'|")(?P<text>.*)(?P=quote)""")


class Places:
    """Places in a source; Python counts columns in UTF-8 bytes, people in characters."""

    def __init__(self, source: str) -> None:
        self._lines = source.split("\n")

    def of(self, node: ast.AST) -> Span:
        """Where a node is: what of it is on its first line."""
        line = getattr(node, "lineno", 1)
        start = getattr(node, "col_offset", 0)
        end_line = getattr(node, "end_lineno", line)
        end = getattr(node, "end_col_offset", start + 1) if end_line == line else None
        return self.span(line, start, end)

    def span(self, line: int, start: int, end: int | None) -> Span:
        """The place of the bytes from `start` to `end` (None: the rest) of a line."""
        line = min(max(line, 1), len(self._lines))
        text = self._lines[line - 1]
        first = self._character(text, start)
        last = len(text) if end is None else self._character(text, end)
        return Span(line, first + 1, max(last, first + 1) + 1)

    def of_letters(self, node: ast.Constant) -> list[int]:
        """For each character of a string literal's text, and its end, its column in the source.

        Where an escape makes that hard to tell, it is the column of the whole literal.
        """
        text, at = str(node.value), self.of(node)
        literal = self._lines[at.line - 1][at.column - 1 : at.end_column - 1]
        quoted = _QUOTED.fullmatch(literal)
        columns: list[int] = []
        if quoted and node.end_lineno == node.lineno:
            letter, end = quoted.span("text")
            while letter < end:
                columns.append(at.column + letter)
                letter += 2 if literal[letter] == "\\" and not quoted["raw"] else 1
            columns.append(at.column + end)
        return columns if len(columns) == len(text) + 1 else [at.column] * (len(text) + 1)

    @staticmethod
    def _character(text: str, offset: int) -> int:
        if text.isascii():
            return min(max(offset, 0), len(text))
        return len(
            text.encode("utf-8", "surrogatepass")[: max(offset, 0)].decode("utf-8", "ignore")
        )


class InnerPlaces(Places):
    """Places in a part of one line of the source whose text is read as a program of its own.

    Args:
        text: the text.
        columns: for each character of `text`, and its end, the column in the source.
        line: the line in the source.
    """

    def __init__(self, text: str, columns: Sequence[int], line: int) -> None:
        super().__init__(text)
        self._columns = columns
        self._line = line

    def span(self, line: int, start: int, end: int | None) -> Span:
        inner = super().span(line, start, end)
        return self._at(inner.column - 1, inner.end_column - 1)

    def _at(self, start: int, end: int) -> Span:
        last = len(self._columns) - 1
        first = self._columns[min(start, last)]
        return Span(self._line, first, max(self._columns[min(end, last)], first + 1))

    def offset_of(self, node: ast.expr) -> int:
        """Which character of the text a node begins with, from 0."""
        return super().span(node.lineno, node.col_offset, None).column - 1

    def moved(self, found: Diagnostic) -> Diagnostic:
        """A diagnostic about the text, at its place in the source."""
        at = self._at(found.column - 1, found.end_column - 1)
        return replace(found, line=at.line, column=at.column, end_column=at.end_column)
