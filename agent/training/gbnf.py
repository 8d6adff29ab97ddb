"""A reader of grammars in GBNF: does a text belong to the language, and random texts of it.

It knows what `grammar_for` writes: literals, character classes, groups, choices, `?`, `*` and
`{m,n}`, one rule a line. Training uses it to keep programs that the planner could never write out
of the data.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

_TOKEN = re.compile(
    r"""\s*(?:(?P<literal>"(?:[^"\\]|\\.)*")|(?P<klass>\[(?:[^\]\\]|\\.)*\])|(?P<name>[A-Za-z]\w*)"""
    r"""|(?P<repeat>\{\d+,\d+\})|(?P<mark>[()|?*]))"""
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A fixed text."""

    text: str


@dataclass(frozen=True, slots=True)
class Characters:
    """One character of a class, as a regular expression has it."""

    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Reference:
    """Another rule."""

    name: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part `least` to `most` times."""

    part: Node
    least: int
    most: int


Node = Literal | Characters | Reference | Sequence | Choice | Repeat

ANY_NUMBER = 100
"""What `*` counts as at most."""


class Grammar:
    """The language of a grammar's rule `root`.

    Raises:
        ValueError: a rule can't be read.
    """

    def __init__(self, source: str) -> None:
        self.rules: Mapping[str, Node] = {
            name.strip(): _Reader(body).rule()
            for name, _, body in (
                line.partition("::=") for line in source.splitlines() if line.strip()
            )
        }

    def matches(self, text: str) -> bool:
        """Whether a text belongs to the language."""

        @cache
        def ends(name: str, start: int) -> frozenset[int]:
            return walk(self.rules[name], start)

        def walk(node: Node, start: int) -> frozenset[int]:
            match node:
                case Literal(literal):
                    return frozenset(
                        {start + len(literal)} if text.startswith(literal, start) else ()
                    )
                case Characters(pattern):
                    return frozenset({start + 1} if pattern.match(text, start) else ())
                case Reference(name):
                    return ends(name, start)
                case Sequence(parts):
                    found = frozenset({start})
                    for part in parts:
                        found = frozenset(end for at in found for end in walk(part, at))
                    return found
                case Choice(options):
                    return frozenset(end for option in options for end in walk(option, start))
                case Repeat(part, least, most):
                    reached, last = set[int](), frozenset({start})
                    for times in range(most + 1):
                        if times >= least:
                            reached |= last
                        last = frozenset(end for at in last for end in walk(part, at))
                        if not last:
                            break
                    return frozenset(reached)

        return len(text) in ends("root", 0)

    def sample(self, pick: Callable[[int], int]) -> str:
        """A text of the language; `pick(n)` chooses one of `n` ways, from 0."""
        return self._sample(self.rules["root"], pick)

    def _sample(self, node: Node, pick: Callable[[int], int]) -> str:
        match node:
            case Literal(text):
                return text
            case Characters(pattern):
                usual = [c for c in "abcdexyzAB 0123456789'-.,é语" if pattern.fullmatch(c)]
                return usual[pick(len(usual))]
            case Reference(name):
                return self._sample(self.rules[name], pick)
            case Sequence(parts):
                return "".join(self._sample(part, pick) for part in parts)
            case Choice(options):
                return self._sample(options[pick(len(options))], pick)
            case Repeat(part, least, most):
                times = least + pick(min(most - least, 4) + 1)
                return "".join(self._sample(part, pick) for _ in range(times))


class _Reader:
    """Reads the body of a rule."""

    def __init__(self, body: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at, body = 0, body.rstrip()
        while at < len(body):
            found = _TOKEN.match(body, at)
            if found is None or found.lastgroup is None:
                raise ValueError(f"can't read the rule at {body[at : at + 20]!r}")
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self._at = 0

    def rule(self) -> Node:
        """The choice up to the end."""
        node = self._choice()
        if self._at != len(self._tokens):
            raise ValueError("a bracket is closed that was never opened")
        return node

    def _choice(self) -> Node:
        options = [self._sequence()]
        while self._next() == "|":
            self._at += 1
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._next() not in ("", "|", ")"):
            parts.append(self._repeated(self._part()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _part(self) -> Node:
        kind, text = self._tokens[self._at]
        self._at += 1
        match kind:
            case "literal":
                return Literal(ast.literal_eval(text))
            case "klass":
                return Characters(re.compile(text))
            case "name":
                return Reference(text)
            case _ if text == "(":
                inner = self._choice()
                if self._next() != ")":
                    raise ValueError("a bracket is not closed")
                self._at += 1
                return inner
            case _:
                raise ValueError(f"{text} can't stand here")

    def _repeated(self, part: Node) -> Node:
        while self._at < len(self._tokens):
            kind, text = self._tokens[self._at]
            if kind == "repeat":
                least, most = map(int, text[1:-1].split(","))
                part = Repeat(part, least, most)
            elif text in ("?", "*"):
                part = Repeat(part, 0, 1 if text == "?" else ANY_NUMBER)
            else:
                break
            self._at += 1
        return part

    def _next(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""
