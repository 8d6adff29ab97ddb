"""What is refused before Python's parser sees a source: the parser is C, recursive and generous.

The scan bounds the size of the source, the depth of its brackets and the length of its chains
(`- - - x`, `a.b.c.d`, `x if y else z if ...`), which together bound the parser's recursion. It also
keeps out characters that make a program look like another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .diagnostics import Diagnostic
from .tree import Span

MAX_BYTES = 65_536
MAX_BRACKETS = 40
MAX_CHAIN = 1_000
MAX_ELIFS = 100

_TOKEN = re.compile(
    r"""(?P<newline>\n)
    | (?P<space>[ \t\f]+|\\\n)
    | (?P<comment>\#[^\n]*)
    | (?P<string>(?P<prefix>[A-Za-z]{0,2})(?P<quote>'''|\"""|'|"))
    | (?P<word>\w+)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<comma>[,;])
    | (?P<other>.)""",
    re.VERBOSE,
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_LITERAL_PART = re.compile(r"\\\\|\\N\{[^{}]*\}|\{\{|(?P<field>\{)")
_RAW_LITERAL_PART = re.compile(r"\{\{|(?P<field>\{)")


def normalised(source: str) -> str:
    """The source with `\\n` at the end of each line and without a byte-order mark."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def refusal(source: str) -> Diagnostic | None:
    """Why a source may not go to Python's parser; None when it may.

    Args:
        source: the source after `normalised`.
    """
    if len(source) > MAX_BYTES or len(source.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return Diagnostic.at(
            Span(1, 1, 2),
            "too-large",
            f"the program is larger than {MAX_BYTES // 1024} kB",
            "split it into several programs",
        )
    found = _INVISIBLE.search(source)
    if found:
        return Diagnostic.at(
            span_at(source, found.start(), found.end()),
            "bad-character",
            f"the character U+{ord(found[0]):04X} can't be in a program",
            "delete it; programs are plain text in UTF-8",
        )
    return next(_Scanner(source).scan(0, len(source)), None)


def span_at(source: str, start: int, end: int) -> Span:
    """The place of `source[start:end]`."""
    line_start = source.rfind("\n", 0, start) + 1
    line_end = source.find("\n", start)
    end = end if line_end < 0 else min(end, line_end)
    column = start - line_start + 1
    return Span(source.count("\n", 0, start) + 1, column, max(end - line_start + 1, column + 1))


class _Scanner:
    """Walks over tokens; `scan` yields what is wrong."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.chains = [0]
        self.elifs = 0
        self.field_end = 0

    def scan(self, position: int, end: int, field: bool = False) -> Iterator[Diagnostic]:
        """Scans `source[position:end]`; a field of an f-string only as far as its end."""
        depth = len(self.chains)
        while position < end:
            match = _TOKEN.match(self.source, position, end)
            assert match is not None
            start, position = match.start(), match.end()
            kind = match.lastgroup if match["quote"] is None else "string"
            if field and match[0] == "\\\n":
                kind = "other"
            if kind in ("space", "comment") and not (field and kind == "comment"):
                continue
            if kind == "newline":
                if len(self.chains) == 1:
                    self.chains = [0]
                continue
            if field and len(self.chains) == depth and match[0] in ("}", ":"):
                self.field_end = start
                return
            yield from self._count(kind or "", match[0], start)
            if kind == "string":
                closing = self._string_end(position, end, match["quote"])
                if closing is None:
                    break
                if set(match["prefix"].lower()) & set("ft"):
                    yield from self._fields(position, closing, "r" in match["prefix"].lower())
                position = closing + len(match["quote"])
        if field:
            yield self._problem(
                "unsupported-syntax",
                end,
                "the quotes inside {} end this string",
                "use the other kind inside: f\"{names['a']}\", or assign the value to a name first",
            )

    def _count(self, kind: str, token: str, start: int) -> Iterator[Diagnostic]:
        match kind:
            case "open":
                self.chains[-1] += 1
                self.chains.append(0)
                if len(self.chains) > MAX_BRACKETS:
                    yield self._problem(
                        "too-deep",
                        start,
                        f"brackets are nested more than {MAX_BRACKETS} deep",
                        "assign inner parts to names first",
                    )
            case "close":
                if len(self.chains) > 1:
                    self.chains.pop()
            case "comma":
                self.chains[-1] = 0
            case _:
                self.chains[-1] += 1
        if sum(self.chains) > MAX_CHAIN:
            yield self._problem(
                "too-deep",
                start,
                f"this statement has more than {MAX_CHAIN} words in a row",
                "split it into several statements",
            )
        if kind != "string" and not token.isascii():
            yield self._problem(
                "unusual-name",
                start,
                f"{token} has letters outside a-z",
                "write names with the letters a-z, digits and underscores",
            )
        if token == "elif":
            self.elifs += 1
            if self.elifs > MAX_ELIFS:
                yield self._problem(
                    "too-deep", start, f"more than {MAX_ELIFS} elif", "use a loop over a list"
                )

    def _string_end(self, position: int, end: int, quote: str) -> int | None:
        """Where the closing quote is; None when there is none."""
        stop = re.compile(r"(?s:\\.)|" + quote + ("|\n" if len(quote) == 1 else ""))
        while True:
            match = stop.search(self.source, position, end)
            if match is None or match[0] == "\n":
                return None
            if match[0] == quote:
                return match.start()
            position = match.end()

    def _fields(self, position: int, end: int, raw: bool) -> Iterator[Diagnostic]:
        """Scans the fields of an f-string's content as the program text that they are."""
        literal = _RAW_LITERAL_PART if raw else _LITERAL_PART
        while match := literal.search(self.source, position, end):
            position = match.end()
            if match["field"] is None:
                continue
            chains, self.chains = self.chains, [*self.chains, 0]
            yield from self.scan(position, end, field=True)
            self.chains = chains
            position = self.field_end
            if self.source[position : position + 1] == ":":
                closing = self.source.find("}", position, end)
                if "{" in self.source[position : max(closing, position)]:
                    yield self._problem(
                        "unsupported-syntax",
                        position,
                        "a format inside a format",
                        "write the width or precision as a number: {x:.2f}",
                    )
                position = max(closing, position)
            position += 1

    def _problem(self, code: str, start: int, message: str, suggestion: str) -> Diagnostic:
        return Diagnostic.at(span_at(self.source, start, start + 1), code, message, suggestion)
