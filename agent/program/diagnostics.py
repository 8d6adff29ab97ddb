"""`Diagnostic`: what is wrong in a program, where, and what to do about it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from ...tools.errors import ProgramError, one_line
from .codes import CODES, Code, Severity
from .tree import Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a program.

    Args:
        code: its stable code, a key of `CODES`.
        severity: an "error" keeps the program from running, a "warning" doesn't.
        line: the line, from 1.
        column: the first character, from 1.
        end_column: the character after the last, on the same line.
        message: one line that says what is wrong.
        suggestion: one line that says what to do, or nothing.
    """

    code: str
    severity: Severity
    line: int
    column: int
    end_column: int
    message: str
    suggestion: str = ""

    @classmethod
    def at(cls, span: Span, code: str, message: str, suggestion: str = "") -> Diagnostic:
        """A diagnostic with the severity of its code."""
        return cls(
            code,
            CODES[code].severity,
            span.line,
            span.column,
            max(span.end_column, span.column + 1),
            one_line(message),
            one_line(suggestion),
        )

    def to_json(self) -> dict[str, Any]:
        """The diagnostic for planners and `--json`."""
        return {
            "code": self.code,
            "severity": self.severity,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "suggestion": self.suggestion,
        }

    def render(self, source: str) -> str:
        """The diagnostic for people: what is wrong, and the line with the place underlined."""
        head = f"line {self.line}, column {self.column}: {self.severity}: {self.message}"
        parts = [f"{head} [{self.code}]"]
        lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if self.line <= len(lines) and lines[self.line - 1].strip():
            parts += _underlined(lines[self.line - 1], self.column - 1, self.end_column - 1)
        if self.suggestion:
            parts.append(f"  {self.suggestion}")
        return "\n".join(parts)


class ProgramFailedError(ProgramError):
    """A program that ran, and did what the language can't do: an index out of range, for example.

    `diagnostic` says what and where.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(
            f"line {diagnostic.line}: {diagnostic.message}", hint=diagnostic.suggestion
        )


class FaultError(ProgramError):
    """What went wrong in an operator or function of the language, before its place is known."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        self.code = code
        super().__init__(message, hint=hint)


def _underlined(line: str, start: int, end: int, width: int = 100) -> list[str]:
    """The line and its underline, cut to `width` characters around the place."""
    clean = "".join(c if c.isprintable() else " " for c in line)
    first = max(0, min(start, len(clean)) - width // 2) if len(clean) > width else 0
    shown = clean[first : first + width]
    start = min(start - first, len(shown))
    stop = max(start + 1, min(end - first, len(shown)))
    before, under = (sum(map(_width, part)) for part in (shown[:start], shown[start:stop]))
    return [f"    {shown.rstrip()}", f"    {' ' * before}{'^' * max(under, 1)}"]


def _width(letter: str) -> int:
    """How many columns of a terminal a letter takes."""
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


__all__ = ["CODES", "Code", "Diagnostic", "FaultError", "ProgramFailedError", "Severity"]
