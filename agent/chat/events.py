"""What a message to a conversation tells, beside the events of the request that comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...tools.values import Image
from ..agent import AskEvent


@dataclass(frozen=True, slots=True)
class UnderstoodAs:
    """The message was put into words that stand on their own.

    Args:
        request: these words.
        known: for a noun of the request, the expression of the program that is what it means.
    """

    request: str
    known: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The message may mean several things: the next one may say which.

    Args:
        question: what the person is asked.
        options: what may be meant; none when that is open.
    """

    question: str
    options: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Switched:
    """Messages are about another picture from now on; `name` is its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Undone:
    """Edits were taken back.

    Args:
        requests: what had asked for them, the latest first.
        picture: as it is now.
    """

    requests: Sequence[str]
    picture: Image


ChatEvent = UnderstoodAs | Asked | Switched | Undone | AskEvent
"""What `Chat.stream` yields. The last one is `Answered`, `Asked`, `Undone`, or `Approval`."""
