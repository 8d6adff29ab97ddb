"""What a message was understood as, or what must be asked first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Understood:
    """A request that stands on its own.

    Args:
        request: the request, for the planner.
        shown: the same for people, where it says more: "the other dogs" for "the dogs".
        known: for a noun of the request, the expression of a program that is what it means.
    """

    request: str
    shown: str = ""
    known: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def words(self) -> str:
        """What people are told."""
        return self.shown or self.request


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked, since the message may mean several things or nothing that is known.

    Args:
        text: the question.
        word: the word of the message that is not understood.
        options: what it may mean; none when that is open.
    """

    text: str
    word: str
    options: Sequence[str] = ()


class AskFirstError(Exception):
    """Ends the reading of a message; never leaves the module `followup`."""

    def __init__(self, question: Question) -> None:
        self.question = question
        super().__init__(question.text)


def incomplete(phrase: str) -> AskFirstError:
    """What to ask about a message of which only a phrase is there."""
    return AskFirstError(Question(f'what about "{phrase}"? Say it in full', phrase))


def unclear(word: str, options: Sequence[str] = (), why: str = "") -> AskFirstError:
    """What to ask about a word.

    Args:
        word: the word of the message.
        options: what it may mean.
        why: what makes it unclear, as the start of the question.
    """
    start = f"{why}: " if why else ""
    if options:
        text = f'{start}is "{word}" {_listed(options)}?'
    else:
        text = f'{start}what is "{word}"? Say it in full, or answer with its name'
    return AskFirstError(Question(text, word, tuple(options)))


def _listed(options: Sequence[str]) -> str:
    *before, last = options
    return f"{', '.join(before)} or {last}" if before else last
