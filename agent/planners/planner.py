"""The interface of every planner: from a task, and what was tried so far, to a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from ...tools.contract import Contract
from ...tools.errors import ToolError
from ...tools.values import Image


@dataclass(frozen=True)
class Example:
    """A worked example: a request, the program that serves it, and why it is written so."""

    request: str
    program: str
    why: str = ""


@dataclass(frozen=True)
class Exchange:
    """An earlier turn of a conversation: what was asked, the program, its answer on one line."""

    request: str
    program: str
    answer: str


@dataclass(frozen=True)
class Marked:
    """A picture with numbers on what was found in it, and what each number stands on."""

    image: Image = field(repr=False)
    marks: Sequence[str]


@dataclass(frozen=True)
class Attempt:
    """One program, or one cell of a program, and what became of it. All of it is data.

    Args:
        source: what the planner wrote.
        diagnostics: what the checker said (`Diagnostic.to_json`).
        observations: what its steps and names came to, one bounded line each; text that a tool
            read from a picture is quoted.
        error: what failed when it ran, and what to try.
        advice: what reflection noticed: nothing was found, an answer of the wrong kind.
        marked: what its steps found, drawn into the pictures; only for a planner that has a true
            attribute `looks_at_pictures`.
    """

    source: str
    diagnostics: Sequence[Mapping[str, Any]] = ()
    observations: Sequence[str] = ()
    error: str = ""
    advice: str = ""
    marked: Sequence[Marked] = ()


@dataclass(frozen=True)
class Task:
    """What a planner is asked for.

    Args:
        request: the person's words.
        names: the names that are bound before the program starts, and what each is ("image 640x480
            (photo.jpg)"); in a chat also the regions and answers of earlier turns.
        tools: the contracts of the offered tools.
        examples: the worked examples nearest to the request.
        attempts: what was tried so far, oldest first.
        pictures: the pictures that a planner with eyes may look at.
        conversation: the earlier turns that the request may refer to, oldest first. A planner that
            reads them has a true attribute `reads_conversation`; for others the request is made to
            stand on its own.
        known: for a noun of the request, an expression that is what it means; a planner may write
            that instead of looking for it again.
        draw: which of several programs for the same request this is, to be voted on: 0 is the one
            that the planner thinks best; the others should differ from it and from each other
            where the planner is in doubt.
    """

    request: str
    names: Mapping[str, str]
    tools: Mapping[str, Contract]
    examples: Sequence[Example] = ()
    attempts: Sequence[Attempt] = ()
    pictures: Sequence[Image] = field(default=(), repr=False)
    conversation: Sequence[Exchange] = ()
    known: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    draw: int = 0


@dataclass(frozen=True)
class Usage:
    """What a call of a planner took; tokens are 0 and cost None where the planner can't tell."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Plan:
    """What a planner wrote.

    Args:
        source: the program, or the next cell of it.
        final: False when the planner wants to see what this cell came to before it goes on.
        usage: what the call took.
    """

    source: str
    final: bool = True
    usage: Usage = field(default_factory=Usage)


class NoProgramError(ToolError):
    """What a planner replied holds no program. `usage` says what the reply took all the same."""

    usage: Usage = Usage()


class Planner(Protocol):
    """Writes programs.

    `plan` is called in a thread that is left alone when the person asks to stop. One that must end
    by itself, since it runs native code, has a true attribute `works_here`: it hears a token often,
    or looks at `current_cancellation`.

    Raises (from `plan`):
        ModelError: the planner can't be reached or loaded.
        NoProgramError: what came back holds no program.
    """

    @property
    def name(self) -> str:
        """How people name it: `embedded`, `openai:gpt-5`."""
        ...

    @property
    def writes_cells(self) -> bool:
        """Whether it may write a program in cells, looking at values in between."""
        ...

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        """The program for a task; `on_token` hears it as it is written."""
        ...
