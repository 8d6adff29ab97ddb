"""The commands of a conversation: `/image`, `/program`, `/why`, `/save`, `/undo` and so on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...tools.errors import InputError
from ..program.suggest import did_you_mean
from .terminal import Span

if TYPE_CHECKING:
    from ..chat.chat import Chat
    from ..chat.state import TurnState

Line = Sequence[Span]
Confirm = Callable[[str], bool | None]
"""Asks a person yes or no; None where nobody is there to be asked."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command prints, and whether it ends the conversation."""

    lines: Sequence[Line] = ()
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command and what stands after it."""

    name: str
    argument: str = ""

    def do(self, chat: Chat, confirm: Confirm) -> Done:
        """Does it.

        Args:
            chat: the conversation.
            confirm: asks a person.

        Raises:
            InputError: there is no such command, or it can't be done.
        """
        known = _COMMANDS.get(self.name)
        if known is None:
            raise InputError(
                f"there is no command /{self.name}",
                hint=did_you_mean(f"/{self.name}", [f"/{one}" for one in _COMMANDS])
                or "/help lists them",
            )
        return known.do(chat, self.argument, confirm)


@dataclass(frozen=True, slots=True)
class _Known:
    """A command that there is: what stands after it, what it does in words, and how."""

    takes: str
    words: str
    do: Callable[[Chat, str, Confirm], Done]


def command_of(message: str) -> Command | None:
    """The command that a message is; None when it is none.

    A path that a terminal pastes also starts with a slash: it has another one further on.
    """
    found = re.fullmatch(r"/([A-Za-z?]+)(?:\s+(.*))?", message.strip(), re.DOTALL)
    if found is None:
        return None
    return Command(found[1].lower(), (found[2] or "").strip())


def _image(chat: Chat, argument: str, _: Confirm) -> Done:
    """Lists the pictures, chooses one of them, or adds one."""
    from ..chat.pictures import index_of

    word = _unquoted(argument)
    if not word:
        return Done(list(_pictures(chat)))
    if word.lower() in ("all", "both"):
        chat.look_at(None)
        return Done(list(_pictures(chat)))
    index = index_of(word, chat.names, -1 if chat.focus is None else chat.focus)
    if index is None or (Path(word).is_file() and not word.isdecimal()):
        if word.isdecimal():
            raise InputError(f"there is no picture {word}", hint="/image lists them")
        chat.add(Path(word).expanduser())
    else:
        chat.look_at(index)
    return Done(list(_pictures(chat)))


def _pictures(chat: Chat) -> Iterator[Line]:
    for number, one in enumerate(chat.described(), 1):
        current = chat.focus is None or chat.focus == number - 1
        edits = int(str(one["edits"]))
        edited = f", {edits} edit{'s' if edits > 1 else ''}" if edits else ""
        yield (
            ("* " if current else "  ", "green"),
            (f"{number} ", "dim"),
            (str(one["name"]), "bold"),
            (f"  {one['width']}x{one['height']}{edited}", "dim"),
        )


def _program(chat: Chat, _: str, __: Confirm) -> Done:
    """Shows the last program."""
    turn = _last(chat)
    if not turn["program"].strip():
        raise InputError("the last turn has no program")
    return Done([highlighted(line) for line in turn["program"].rstrip().splitlines()])


def _why(chat: Chat, _: str, __: Confirm) -> Done:
    """Shows what the last answer rests on."""
    from ..graph.findings import steps_behind
    from ..runs.folder import PAGE
    from ..runs.summary import read_run
    from .run import step_spans

    turn = _last(chat)
    lines: list[Line] = [(("asked      ", "dim"), turn["said"])]
    if turn["request"] != turn["said"]:
        lines.append((("understood ", "dim"), turn["request"]))
    lines.append((("answered   ", "dim"), (turn["answer"], "bold")))
    if not turn["run"]:
        return Done([*lines, ("nothing was run for it",)])
    run = read_run(Path(turn["run"]))
    behind, _inputs = steps_behind(run)
    resting = {one.number for one in behind}
    for title, chosen in (("rests on", True), ("also did", False)):
        steps = [one for one in run.steps if (one.number in resting) is chosen]
        if steps:
            lines.append(((title, "dim"),))
            lines += [step_spans(one) for one in steps]
    if turn["confidence"] is not None:
        lines.append((("confidence ", "dim"), f"{turn['confidence']:.2f}"))
    lines += [(("doubt      ", "dim"), one) for one in turn["doubts"]]
    lines.append((("explained in ", "dim"), str(Path(turn["run"]) / PAGE)))
    return Done(lines)


def _save(chat: Chat, argument: str, confirm: Confirm) -> Done:
    """Saves the picture that was shown last."""
    word = _unquoted(argument)
    if not word:
        raise InputError("say where to: /save picture.png")
    path = Path(word).expanduser()
    picture = chat.picture
    agreed = confirm(f"{path} exists. Replace it?") if path.exists() else None
    if agreed is False:
        return Done([("not saved",)])
    if agreed is None and path.exists():
        raise InputError(f"{path} exists", hint="name another file")
    saved = chat.save(path, force=bool(agreed))
    return Done([(picture.summary, (" is in ", "dim"), str(saved))])


def _undo(chat: Chat, argument: str, _: Confirm) -> Done:
    """Takes edits back."""
    if argument.lower() not in ("", "all"):
        raise InputError("/undo takes nothing, or all")
    picture = chat.undo(everything=bool(argument))
    return Done([(("undone", "bold"), (f"; back to {picture.summary}", "dim"))])


def _help(_: Chat, __: str, ___: Confirm) -> Done:
    """Lists the commands."""
    lines: list[Line] = [
        ((f"/{name} {one.takes}".ljust(27), "bold"), one.words)
        for name, one in _COMMANDS.items()
        if one.words
    ]
    ends = 'Anything else is asked. "undo that", "why?" and "save it as out.png" work too.'
    return Done([*lines, ((ends, "dim"),)])


def _talk(_: Chat, __: str, ___: Confirm) -> Done:
    """What there is to say to thanks and greetings."""
    return Done([("Ask something about the picture, or say what to do with it; /help helps.",)])


def _quit(_: Chat, __: str, ___: Confirm) -> Done:
    """Leaves."""
    return Done(leaves=True)


_COMMANDS = {
    "image": _Known("[PATH|NUMBER|all]", "lists the pictures, adds one, or chooses one", _image),
    "program": _Known("", "shows the last program", _program),
    "why": _Known("", "shows what the last answer rests on, and its doubts", _why),
    "save": _Known("PATH", "saves the picture that was shown last", _save),
    "undo": _Known("[all]", "takes the last edit back, or all", _undo),
    "help": _Known("", "shows this", _help),
    "quit": _Known("", "leaves; the conversation is kept (also Ctrl-D)", _quit),
    "exit": _Known("", "", _quit),
    "talk": _Known("", "", _talk),
}


def _last(chat: Chat) -> TurnState:
    if not chat.turns:
        raise InputError("nothing was asked yet")
    return chat.turns[-1]


def _unquoted(argument: str) -> str:
    """A path as people type it, with or without quotes."""
    for mark in ("'", '"'):
        if len(argument) > 1 and argument[0] == argument[-1] == mark:
            return argument[1:-1]
    return argument


_TOKEN = re.compile(
    r"(?P<comment>#.*)|(?P<text>f?\"[^\"]*\"|f?'[^']*')|(?P<call>[A-Za-z_]\w*(?=\())"
    r"|(?P<keyword>\b(?:if|else|elif|for|in|not|and|or|True|False|None)\b)"
    r"|(?P<number>\b\d+(?:\.\d+)?\b)"
)
_STYLES = {
    "comment": "dim",
    "text": "green",
    "call": "cyan",
    "keyword": "magenta",
    "number": "yellow",
}


def highlighted(line: str) -> list[Span]:
    """A line of a program, coloured by what its words are."""
    spans: list[Span] = [("  | ", "dim")]
    at = 0
    for found in _TOKEN.finditer(line):
        spans.append(line[at : found.start()])
        spans.append((found[0], _STYLES[found.lastgroup or "text"]))
        at = found.end()
    return [*spans, line[at:]]
