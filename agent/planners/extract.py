"""Taking the program out of what a language model replied.

What counts, in this order:

1. the last complete code block that can be read as a program;
2. an argument of a tool call that can (`program`, `code`, `source`);
3. a last block that was never closed, and can;
4. a reply without any block that is, from its first assignment on, a program;
5. the last block there is, though it can't be read: the checker then says what is wrong with it.

Blocks in another language than Python's or viscript's count only where none of these does. What a
model thought aloud (`<think>...</think>`) doesn't count. Prompts of an interactive session (`>>>`)
are taken off.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import Any, cast

from ...tools.errors import one_line
from ..program.read import read
from ..program.tree import Call, Computation, Statement
from .planner import NoProgramError

MAX_REPLY = 100_000
"""Characters of a reply that are read."""
MAX_BLOCKS = 20
"""Code blocks of a reply that are tried, from its end."""
QUOTED = 160
"""Characters of a reply that an error quotes."""

_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_FENCE = re.compile(r"[ \t]{0,8}(?P<marks>`{3,}|~{3,})(?P<info>[^`\n]*)")
_ASSIGNMENT = re.compile(r"(?:>>>[ \t]*)?[A-Za-z]\w*[ \t]*=(?!=)")
_PROMPT = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?:[ \t]|$)")
_LOOK = re.compile(r"#[ \t]*look\b", re.IGNORECASE)
_OURS = frozenset({"", "viscript", "python", "py", "python3", "visprog"})
_PROGRAM_KEYS = ("program", "code", "source")


@dataclass(frozen=True)
class Extracted:
    """The program in a reply.

    Args:
        source: the program, without the line that asks to look.
        look: whether the model asks to see the values before it goes on.
    """

    source: str
    look: bool = False


@dataclass(frozen=True)
class _Block:
    """A code block: its language, its text, and whether it was closed."""

    language: str
    text: str
    closed: bool


def extract(reply: str, calls: Sequence[Mapping[str, Any]] = ()) -> Extracted:
    """The program in a reply.

    Args:
        reply: what the model said; what comes after `MAX_REPLY` characters is not read.
        calls: the tool calls of the reply, each with `args`, where the model made some.

    Raises:
        NoProgramError: there is none; the message tells what came instead.
    """
    text = _THOUGHT.sub("", reply[:MAX_REPLY]).replace("\r\n", "\n")
    blocks = list(_blocks(text))[-MAX_BLOCKS:]
    ours = [one for one in blocks if one.language in _OURS]
    arguments = [*_arguments(calls), *_written_arguments(text, blocks)]
    candidates = [
        *(one.text for one in reversed(ours) if one.closed),
        *arguments,
        *(one.text for one in ours if not one.closed),
        *([] if blocks else [_unfenced(text)]),
        *(one.text for one in reversed(blocks) if one.language not in _OURS),
    ]
    for candidate in candidates:
        source = _without_prompts(candidate)
        if _is_program(source):
            return _split(source)
    if len(reply) > MAX_REPLY:
        raise NoProgramError(
            f"the planner's reply is longer than {MAX_REPLY} characters and has no program",
            hint="write one short program in a code block",
        )
    for candidate in [*(one.text for one in reversed(ours)), *arguments]:
        if candidate.strip():
            return _split(_without_prompts(candidate))
    raise _nothing(text, blocks, calls)


def _blocks(text: str) -> Iterator[_Block]:
    """The fenced code blocks of a reply; the last one may lack its end."""
    marks, language, lines = "", "", list[str]()
    for line in text.split("\n"):
        fence = _FENCE.fullmatch(line.rstrip())
        fits = fence is not None and fence["marks"].startswith(marks)
        if marks and fence and fits and not fence["info"]:
            yield _Block(language, dedent("\n".join(lines)), closed=True)
            marks = ""
        elif fence and fits:
            # A block begins; one that is still open was never closed.
            if marks:
                yield _Block(language, dedent("\n".join(lines)), closed=False)
            words = fence["info"].lower().split()
            marks, language, lines = fence["marks"], words[0] if words else "", []
        elif marks:
            lines.append(line)
    if marks:
        yield _Block(language, dedent("\n".join(lines)), closed=False)


def _arguments(calls: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The programs that a reply passes to some tool, the last first."""
    for call in reversed(calls):
        arguments = call.get("args", call.get("arguments", call.get("parameters")))
        if isinstance(arguments, Mapping):
            values = cast("Mapping[str, Any]", arguments)
            yield from (values[key] for key in _PROGRAM_KEYS if isinstance(values.get(key), str))


def _written_arguments(text: str, blocks: Sequence[_Block]) -> Iterator[str]:
    """The same of tool calls that are written out as JSON."""
    written = [one.text for one in blocks if one.language in ("json", "tool_call", "")]
    call = text.partition("<tool_call>")[2].partition("</tool_call>")[0]
    written.append(call or text)
    for one in written:
        try:
            data: object = json.loads(one)
        except (ValueError, RecursionError):
            continue
        if isinstance(data, dict):
            made = cast("dict[str, Any]", data)
            yield from _arguments([made, {"args": made}])


def _unfenced(text: str) -> str:
    """From the first line that assigns something to the last line that can be part of that."""
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if _ASSIGNMENT.match(line)]
    if not starts:
        return ""
    kept = lines[starts[0] : starts[-1] + 1]
    rest = lines[starts[-1] + 1 :]
    # Lines of a block, and brackets that close later, belong to the last assignment.
    indented = [line for line in rest if line[:1] in (" ", "\t", ")", "]", "#")]
    return "\n".join([*kept, *indented])


def _without_prompts(text: str) -> str:
    """The lines of an interactive session without its prompts, and without what it printed."""
    lines = text.split("\n")
    if not any(line.lstrip().startswith(">>>") for line in lines):
        return text
    return "\n".join(_PROMPT.sub("", line, count=1) for line in lines if _PROMPT.match(line))


def _is_program(source: str) -> bool:
    """Whether a text can be read as a program that does something."""
    parsed = read(source)
    return not parsed.diagnostics and any(map(_does_something, parsed.body))


def _does_something(statement: Statement) -> bool:
    """Whether a statement is more than a word or a number on a line of its own."""
    return not isinstance(statement, Computation) or isinstance(statement.value, Call)


def _split(source: str) -> Extracted:
    """A program and whether its last line asks to look."""
    lines = source.rstrip().split("\n")
    look = _LOOK.match(lines[-1].strip()) is not None
    return Extracted("\n".join(lines[:-1] if look else lines).strip("\n") + "\n", look)


def _nothing(
    text: str, blocks: Sequence[_Block], calls: Sequence[Mapping[str, Any]]
) -> NoProgramError:
    """What came instead of a program."""
    if calls:
        names = ", ".join(str(one.get("name", "?")) for one in calls[:3])
        return NoProgramError(
            f"the planner called a tool ({one_line(names, QUOTED)}) instead of writing a program",
            hint="write one program in a code block; it calls the tools",
        )
    if not text.strip():
        return NoProgramError(
            "the planner's reply is empty", hint="write one program in a code block"
        )
    others = sorted({one.language for one in blocks if one.language not in _OURS})
    what = f"code in another language ({', '.join(others)[:40]})" if others else "prose"
    return NoProgramError(
        f"the planner answered with {what} instead of a program: {one_line(text, QUOTED)!r}",
        hint="write one program in a code block",
    )
