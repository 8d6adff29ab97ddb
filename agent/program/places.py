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

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")

    def of(self, node: ast.AST) -> Span:
        """Where a node is in the source: what of it is on its first line."""
        return self.in_source(self.in_text(node))

    def in_source(self, at: Span) -> Span:
        """Where in the source something in the text is."""
        return at

    def in_text(self, node: ast.AST) -> Span:
        """Where a node is in the text that was parsed."""
        line = min(max(getattr(node, "lineno", 1), 1), len(self._lines))
        text = self._lines[line - 1]
        first = _characters(text, getattr(node, "col_offset", 0))
        whole = getattr(node, "end_lineno", line) == line
        last = _characters(text, getattr(node, "end_col_offset", 0)) if whole else len(text)
        return Span(line, first + 1, max(last, first + 1) + 1)

    def of_letters(self, node: ast.Constant) -> list[int]:
        """For each character of a string literal's text, and its end, its column in the source.

        Where an escape makes that hard to tell, it is the column of the whole literal.
        """
        text, at = str(node.value), self.in_text(node)
        literal = self._lines[at.line - 1][at.column - 1 : at.end_column - 1]
        quoted = _QUOTED.fullmatch(literal)
        columns: list[int] = []
        if quoted and node.end_lineno == node.lineno:
            letter, end = quoted.span("text")
            while letter < end:
                columns.append(at.column + letter)
                letter += 2 if literal[letter] == "\\" and not quoted["raw"] else 1
            columns.append(at.column + end)
        if len(columns) != len(text) + 1:
            columns = [at.column] * (len(text) + 1)
        return [self.in_source(Span(at.line, one, one + 1)).column for one in columns]


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

    def in_source(self, at: Span) -> Span:
        last = len(self._columns) - 1
        first = self._columns[min(at.column - 1, last)]
        end = self._columns[min(at.end_column - 1, last)]
        return Span(self._line, first, max(end, first + 1))

    def moved(self, found: Diagnostic) -> Diagnostic:
        """A diagnostic about the text, at its place in the source."""
        at = self.in_source(Span(found.line, found.column, found.end_column))
        return replace(found, line=at.line, column=at.column, end_column=at.end_column)


def _characters(text: str, offset: int) -> int:
    """How many characters the first `offset` bytes of a line are."""
    if text.isascii():
        return min(max(offset, 0), len(text))
    before = text.encode("utf-8", "surrogatepass")[: max(offset, 0)]
    return len(before.decode("utf-8", "ignore"))
