"""Python's parser: its tree of a source, or a diagnostic that says what stands where it can't."""

from __future__ import annotations

import ast
import re
import threading
import warnings

from .diagnostics import Diagnostic
from .scan import refusal
from .tree import Span

MAX_NODES = 10_000

_WORD = re.compile(r"""'[^']*'|"[^"]*"|\w+|[^\w\s]""")
_STRING = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_CLASH = re.compile(
    r"\b(?P<first>and|or|in|if|else|not)\s+"
    r"(?P<second>and|or|(?<!not )in|if|else|==|!=|<=?|>=?)(?=\W|$)"
)
"""Two words of which the second needs a value before it, which the first doesn't give."""

# Silencing warnings changes the process; two threads at once would leave them silent for good.
_PARSER = threading.Lock()


def python_module(source: str) -> ast.Module | Diagnostic:
    """Python's own tree of a source after `normalised`, or why there is none."""
    refused = refusal(source)
    if refused is not None:
        return refused
    try:
        with _PARSER, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(source)
    except SyntaxError as error:
        return syntax_diagnostic(source, error)
    except (ValueError, MemoryError, RecursionError, OverflowError) as error:
        words = f"the program can't be read: {type(error).__name__}"
        return Diagnostic.at(Span(1, 1, 2), "syntax", words, "split it into shorter statements")
    if sum(1 for _ in ast.walk(module)) > MAX_NODES:
        words = f"the program has more than {MAX_NODES:,} parts"
        return Diagnostic.at(Span(1, 1, 2), "too-large", words, "split it into several programs")
    return module


def syntax_diagnostic(source: str, error: SyntaxError) -> Diagnostic:
    """The diagnostic of a syntax error; it names the two words that don't go together."""
    lines = source.split("\n")
    line = min(max(error.lineno or 1, 1), len(lines))
    text = lines[line - 1]
    clash = _CLASH.search(_STRING.sub(lambda one: "_" * len(one[0]), text))
    if clash:
        first, second = clash["first"], clash["second"]
        return Diagnostic.at(
            Span(line, clash.start() + 1, clash.end() + 1),
            "syntax",
            f"`{second}` can't come after `{first}`",
            f"put a value between `{first}` and `{second}`, or drop one of them",
        )
    start = min(max((error.offset or 1) - 1, 0), len(text))
    words = _WORD.match(text, start)
    end = words.end() if words else start + 1
    message, suggestion = error.msg, "correct the spelling, the brackets or the quotes"
    if message == "invalid syntax":
        before = _WORD.findall(text[:start])
        found = words[0] if words else "end of line"
        message = f"`{found}` can't come " + (f"after `{before[-1]}`" if before else "first")
    elif "unterminated string" in message or "Perhaps you forgot a comma" in message:
        suggestion = "close each bracket and string; write \\' for an apostrophe inside '...'"
    return Diagnostic.at(Span(line, start + 1, end + 1), "syntax", message, suggestion)
