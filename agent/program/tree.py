"""The tree of a program: what every dialect is compiled to, what is checked and what is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal as Choice

from ...tools.contract import Contract

ANSWER = "answer"
"""The name whose last value is the answer of a program."""

ArithmeticOperator = Choice["+", "-", "*", "/", "//", "%", "**"]
ComparisonOperator = Choice["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
Form = Choice["answer", "number", "text", "texts"]


@dataclass(frozen=True, slots=True)
class Span:
    """Where something is in the source: one line; lines and columns start at 1.

    Args:
        line: the line; of a longer construct, its first.
        column: the first character.
        end_column: the character after the last, on the same line.
    """

    line: int
    column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a string, True, False or None."""

    value: str | int | float | bool | None
    at: Span


@dataclass(frozen=True, slots=True)
class Name:
    """The value of a name."""

    name: str
    at: Span


@dataclass(frozen=True, slots=True)
class ListDisplay:
    """`[a, b, c]`."""

    items: tuple[Expression, ...]
    at: Span


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call; `name` is None when it is positional."""

    name: str | None
    value: Expression
    at: Span


@dataclass(frozen=True, slots=True)
class Alias:
    """What a dialect calls a tool.

    Args:
        name: its name for the tool.
        arguments: pairs of the tool's name and the dialect's name for an argument, in order.
    """

    name: str
    arguments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tool or of a function of the language.

    Args:
        function: its name.
        arguments: in the order in which they are written.
        at: the whole call.
        name_at: the name in the source, which in a dialect may be another one.
        ignored: arguments of a dialect that the tool doesn't have: checked, never computed.
        alias: what the dialect calls the tool, where it is another name.
    """

    function: str
    arguments: tuple[Argument, ...]
    at: Span
    name_at: Span
    ignored: tuple[Expression, ...] = ()
    alias: Alias | None = None


@dataclass(frozen=True, slots=True)
class Negation:
    """`not x`, `-x` or `+x`."""

    operator: Choice["not", "-", "+"]
    operand: Expression
    at: Span


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`a + b` and the like."""

    operator: ArithmeticOperator
    left: Expression
    right: Expression
    at: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a < b <= c`: a first operand, then operators with the next operand each."""

    first: Expression
    rest: tuple[tuple[ComparisonOperator, Expression], ...]
    at: Span


@dataclass(frozen=True, slots=True)
class Logic:
    """`a and b and c`, or the same with `or`: the operand that decides, as in Python."""

    operator: Choice["and", "or"]
    operands: tuple[Expression, ...]
    at: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`a if test else b`."""

    test: Expression
    then: Expression
    otherwise: Expression
    at: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`base[index]`."""

    base: Expression
    index: Expression
    at: Span


@dataclass(frozen=True, slots=True)
class Slice:
    """`base[start:stop:step]`."""

    base: Expression
    start: Expression | None
    stop: Expression | None
    step: Expression | None
    at: Span


@dataclass(frozen=True, slots=True)
class Attribute:
    """`base.name`; `name_at` is where the name is."""

    base: Expression
    name: str
    at: Span
    name_at: Span


@dataclass(frozen=True, slots=True)
class ForClause:
    """`for name in items` of a comprehension, and the `if`s after it."""

    name: str
    items: Expression
    tests: tuple[Expression, ...]
    at: Span


@dataclass(frozen=True, slots=True)
class Comprehension:
    """`[item for name in items if test]`."""

    item: Expression
    clauses: tuple[ForClause, ...]
    at: Span


@dataclass(frozen=True, slots=True)
class Field:
    """`{value}` or `{value:format}` in an f-string."""

    value: Expression
    format: str
    at: Span


@dataclass(frozen=True, slots=True)
class Text:
    """An f-string: its literal parts and its fields."""

    parts: tuple[str | Field, ...]
    at: Span


@dataclass(frozen=True, slots=True)
class Coerce:
    """A value as VisProg understands it.

    `form` is "answer" (of a string, yes and no are truth values, and digits are a number), "number"
    (an answer that must be a number), "text" (a list of strings is joined with commas), or "texts"
    (a string is split at its commas).
    """

    value: Expression
    form: Form
    at: Span


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What could not be read, so that the rest can still be checked; it never runs.

    Args:
        at: where it is.
        parts: expressions inside it.
        names: the names that it would have assigned.
    """

    at: Span
    parts: tuple[Expression, ...] = ()
    names: frozenset[str] = frozenset()


Expression = (
    Literal
    | Name
    | ListDisplay
    | Call
    | Negation
    | Arithmetic
    | Comparison
    | Logic
    | Conditional
    | Index
    | Slice
    | Attribute
    | Comprehension
    | Text
    | Coerce
    | Unreadable
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name = value`; `result(value)` assigns the answer."""

    name: str
    value: Expression
    at: Span


@dataclass(frozen=True, slots=True)
class Branch:
    """`if test:` and its `else:`; an `elif` is a branch in `otherwise`."""

    test: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    at: Span


@dataclass(frozen=True, slots=True)
class Loop:
    """`for name in items:`; `at` is where the name is."""

    name: str
    items: Expression
    body: tuple[Statement, ...]
    at: Span


@dataclass(frozen=True, slots=True)
class Computation:
    """An expression alone on its line: computed, and its result is dropped."""

    value: Expression
    at: Span


Statement = Assignment | Branch | Loop | Computation | Unreadable


@dataclass(frozen=True, slots=True)
class Program:
    """A program that can run.

    Args:
        body: its statements.
        tools: the contracts of the tools that it calls.
        complete: False for the first cells of a program: it may end without an answer.
    """

    body: tuple[Statement, ...]
    tools: Mapping[str, Contract] = field(default_factory=lambda: MappingProxyType({}))
    complete: bool = True
