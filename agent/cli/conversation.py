"""What becomes of a message in the terminal: a command is done, anything else is answered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...tools.cancellation import Cancellation
from ...tools.errors import PolicyError, ViscriptError
from ..agent import Answered, Approval
from ..answer import Answer
from ..chat.events import Asked, ChatEvent, Switched, UnderstoodAs, Undone
from ..chat.spoken import spoken
from ..runs.step import StepError
from .following import show_outcome, shows_events
from .slash import Command, Done, command_of
from .terminal import Span, Terminal

if TYPE_CHECKING:
    from ..chat.chat import Chat


class Conversation:
    """A conversation that is shown.

    Args:
        terminal: where to.
        chat: the conversation.
        people: whether a person is there to be asked.
    """

    def __init__(self, terminal: Terminal, chat: Chat, people: bool) -> None:
        self.over = False
        self._terminal = terminal
        self._chat = chat
        self._people = people

    def greet(self) -> None:
        """Says what the conversation is about, to a person."""
        if not self._people:
            return
        names = ", ".join(self._chat.names)
        count = len(self._chat.turns)
        before = f", {count} turns so far" if count > 1 else ", 1 turn so far" if count else ""
        self._terminal.line((f"about {names}{before}; /help shows the commands", "dim"))

    def take(self, message: str | None, cancellation: Cancellation) -> bool:
        """Does what a message asks for; whether it could be done.

        Args:
            message: the message; None goes on with the turn that an earlier process began.
            cancellation: stops it.

        Raises:
            ViscriptError: it can't be done.
        """
        command = None if message is None else command_of(message)
        if message is not None and command is None:
            said = spoken(message)
            if said is not None and said.name not in ("undo", "restore"):
                command = Command(said.name, said.argument)
        if message is not None and command is not None:
            self._done(message, command)
            return True
        with self._terminal.working():
            shown = _Shown(self._terminal)
            events = (
                self._chat.go_on(cancellation=cancellation)
                if message is None
                else self._chat.stream(message, cancellation=cancellation)
            )
            for event in events:
                shown.show(event)
        return self._ended(message, shown)

    def failed(self, message: str | None, error: ViscriptError) -> None:
        """Says why a message can't be answered."""
        self._terminal.error(str(error))
        self._json("error", message, error=StepError.of(error).to_json())

    def _ended(self, message: str | None, shown: _Shown) -> bool:
        """Shows what came of a message; whether it has an answer."""
        match shown.last:
            case Answered(answer=answer):
                self._answered(message, answer, shown.understood)
                return answer.ok
            case Asked(question=question, options=options):
                self._terminal.line((question, "bold"))
                self._json("question", message, question=question, options=list(options))
                return True
            case Undone() as undone:
                what = ", ".join(f'"{one}"' for one in undone.requests)
                self._terminal.line(
                    ("undone: ", "bold"), what, (f"; back to {undone.picture.summary}", "dim")
                )
                self._json("undone", message, undone=list(undone.requests))
                return True
            case Approval() as approval:
                named = ", ".join(f"{name} ({why})" for name, why in approval.tools.items())
                raise PolicyError(
                    f"the program calls {named}",
                    hint=f"allow it with: viscript chat --thread {self._chat.thread} --yes",
                )
            case _:
                raise AssertionError("the turn ended without an answer")

    def _answered(self, message: str | None, answer: Answer, understood: str | None) -> None:
        turn = self._chat.turns[-1]
        kept = Path(turn["view"]) if turn["view"] else None
        show_outcome(self._terminal, answer, kept)
        if turn["edited"]:
            self._terminal.note("this is the picture now; /undo takes it back, /save FILE keeps it")
        self._json("answer", message, understood=understood, result=answer.to_json())

    def _done(self, message: str, command: Command) -> None:
        """Does a command, and prints what it has to say."""
        done: Done = command.do(self._chat, self._confirm)
        for line in done.lines:
            self._terminal.line(*line)
        self.over = done.leaves
        text = "\n".join("".join(map(_plain, line)) for line in done.lines)
        self._json("command", message, text=text)

    def _confirm(self, question: str) -> bool | None:
        import typer

        return typer.confirm(question, default=False) if self._people else None

    def _json(self, kind: str, message: str | None, **more: Any) -> None:
        """Prints the object of a turn."""
        chat = self._chat
        data: dict[str, Any] = {
            "kind": kind,
            "thread": chat.thread,
            "turn": len(chat.turns),
            "said": message.strip() if message is not None else None,
            "understood": None,
            "result": None,
            "question": None,
            "options": [],
            "undone": [],
            "text": None,
            "pictures": chat.described(),
            "error": None,
        }
        self._terminal.json(data | more)


class _Shown:
    """Shows events as they come, and remembers the last.

    Args:
        terminal: where to.
    """

    def __init__(self, terminal: Terminal) -> None:
        self.last: ChatEvent | None = None
        self.understood: str | None = None
        self._terminal = terminal
        self._show = shows_events(terminal)

    def show(self, event: ChatEvent) -> None:
        """Shows an event."""
        self.last = event
        match event:
            case UnderstoodAs(request=request, known=known):
                self.understood = request
                meant = ", ".join(f"{noun}: {one}" for noun, one in known.items())
                self._terminal.line(
                    ("understood as: ", "dim"), request, (f"  ({meant})" if meant else "", "dim")
                )
            case Switched(name=name):
                self._terminal.line(("the picture is now ", "dim"), name)
            case Asked() | Undone():
                pass
            case _:
                self._show(event)


def _plain(span: Span) -> str:
    return span if isinstance(span, str) else span[0]
