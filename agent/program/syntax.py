"""Python's syntax errors, as diagnostics that say what stands where it can't."""

from __future__ import annotations

import re

from .diagnostics import Diagnostic
from .tree import Span

_WORD = re.compile(r"\w+|[^\w\s]")
_OPERATOR_WORDS = frozenset({"and", "or", "not", "in", "if", "else", "is"})


def syntax_diagnostic(source: str, error: SyntaxError) -> Diagnostic:
    """The diagnostic of a syntax error; it names the two words that don't go together."""
    lines = source.split("\n")
    line = min(max(error.lineno or 1, 1), len(lines))
    text = lines[line - 1]
    start = min(max((error.offset or 1) - 1, 0), len(text))
    words = _WORD.match(text, start)
    end = words.end() if words else start + 1
    message = error.msg
    suggestion = "correct the spelling, the brackets or the quotes"
    if message == "invalid syntax":
        before = _WORD.findall(text[:start])
        found = words[0] if words else "the end of the line"
        message = f"{found} can't stand here"
        if before:
            message = f"{found} can't come after {before[-1]}"
            if before[-1] in _OPERATOR_WORDS:
                suggestion = f"put a value between {before[-1]} and {found}, or drop one of them"
    elif "unterminated" in message or "apostrophe" in message:
        suggestion = "close the string, and write \\' for an apostrophe inside '...'"
    elif "Perhaps you forgot a comma" in message:
        suggestion = "add the comma, or write \\' for an apostrophe inside '...'"
    return Diagnostic.at(Span(line, start + 1, end + 1), "syntax", message, suggestion)
