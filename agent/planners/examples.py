"""Worked examples: those that come with viscript, and those that a user added from runs."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ConfigDict, ValidationError

from ...tools.errors import InputError
from ...tools.files import read_file
from ...tools.folders import examples_file
from ..program import basics
from ..program.read import read
from ..program.tree import Call, Name
from ..runs.bindings import types_for
from .planner import Example

SHIPPED = Path(__file__).parents[2] / "prompts" / "examples.toml"
MAX_BYTES = 2**20
"""Of a file of examples."""
PICTURES = frozenset(types_for(None))
"""The names that pictures are bound to."""


@dataclass(frozen=True)
class WorkedExample:
    """An example, and what must be there for it to be of use.

    Args:
        example: the request, the program, and why.
        tools: the tools that its program calls.
        pictures: the names of pictures that its program reads: `image`, or `left` and `right`.
    """

    example: Example
    tools: frozenset[str]
    pictures: frozenset[str]

    @classmethod
    def of(cls, example: Example) -> WorkedExample:
        """An example whose program is read for its tools and names.

        Raises:
            InputError: its program can't be read.
        """
        parsed = read(example.program, "viscript")
        if parsed.diagnostics:
            first = parsed.diagnostics[0]
            raise InputError(
                f"the example {example.request!r}: line {first.line}: {first.message}",
                hint=first.suggestion,
            )
        nodes = list(_nodes(parsed.body))
        called = {node.function for node in nodes if isinstance(node, Call)}
        named = {node.name for node in nodes if isinstance(node, Name)}
        return cls(example, frozenset(called - set(basics())), frozenset(named & PICTURES))


class _ExampleTable(BaseModel):
    """`[[example]]` in a file of examples."""

    model_config = ConfigDict(extra="forbid", strict=True)

    request: str
    program: str
    why: str = ""


class _ExampleFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    example: list[_ExampleTable] = []


@cache
def shipped_examples() -> Sequence[WorkedExample]:
    """The examples that come with viscript."""
    return tuple(read_examples(SHIPPED))


def user_examples() -> Sequence[WorkedExample]:
    """The examples that this user added; none while there is no file of them.

    Raises:
        InputError: the file is damaged.
    """
    path = examples_file()
    return read_examples(path) if path.exists() else ()


def read_examples(path: Path) -> Sequence[WorkedExample]:
    """The examples in a TOML file of `[[example]]` tables with `request`, `program` and `why`.

    Raises:
        InputError: it can't be read, or holds something else.
    """
    data = read_file(path, "file of examples", MAX_BYTES)
    try:
        tables = _ExampleFile.model_validate(tomllib.loads(data.decode("utf-8"))).example
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} can't be read: {error}", hint="correct or delete it") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: {place}: {first['msg']}", hint="correct it") from None
    return [WorkedExample.of(Example(one.request, one.program.strip(), one.why)) for one in tables]


def add_user_example(example: Example) -> Path:
    """Appends an example to the user's file, which keeps what the user wrote in it.

    Returns:
        The file.

    Raises:
        InputError: the program can't be read, the example is there already, or the file is
            damaged, full, or can't be written.
    """
    example = Example(*(text.strip() for text in (example.request, example.program, example.why)))
    if not example.request:
        raise InputError("an example needs a request", hint="say what the program was asked for")
    try:
        f"{example.request}{example.program}{example.why}".encode()
    except UnicodeEncodeError:
        raise InputError("the example has characters that are not Unicode") from None
    WorkedExample.of(example)
    same = {(one.example.request, one.example.program) for one in user_examples()}
    if (example.request, example.program) in same:
        raise InputError("this example has been added already")
    path = examples_file()
    table = _toml_of(example)
    if (path.stat().st_size if path.exists() else 0) + len(table) > MAX_BYTES:
        raise InputError(f"{path} is full", hint="delete examples that you no longer need")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "wb", buffering=0) as file:
            file.write(table)
    except OSError as error:
        raise InputError(f"{path} can't be written: {error.strerror or error}") from None
    return path


def _toml_of(example: Example) -> bytes:
    """An example as a table of TOML, on lines of its own."""
    program = example.program + "\n"
    # A literal string shows a program as it is, but can't hold everything.
    literal = "'''" not in program and program.replace("\n", "").isprintable()
    lines = (
        "\n[[example]]",
        f"request = {_quoted(example.request)}",
        f"program = '''\n{program}'''" if literal else f"program = {_quoted(program)}",
        f"why = {_quoted(example.why)}",
    )
    return ("\n".join(lines) + "\n").encode()


def _quoted(text: str) -> str:
    """A basic string of TOML: what can't be seen, and what could end the string, is escaped."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\U{ord(letter):08X}"


def _nodes(part: object) -> Iterator[object]:
    """Everything in a tree of a program."""
    if isinstance(part, tuple):
        for one in cast("tuple[object, ...]", part):
            yield from _nodes(one)
    elif is_dataclass(part):
        yield part
        for one in fields(part):
            yield from _nodes(getattr(part, one.name))
