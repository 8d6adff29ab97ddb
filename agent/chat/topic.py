"""What a conversation is about, as far as follow-ups can refer to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .nouns import is_alive, plural, singular

MEMORY = 4
"""Turns that a pronoun may refer back to."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that an earlier request spoke of.

    Args:
        noun: as the request had it: "people".
        found: how many there were; None when that isn't known.
        value: the expression of the next program that has them; empty where there is none.
        others: the expression that has all others of their kind; empty where there is none.
        every: the expression that has all of their kind; empty where there is none.
        minor: it only says where something else is.
        gone: an edit took it out of the picture.
        where: words that say in which picture it is, where there are several; or empty.
    """

    noun: str
    found: int | None = None
    value: str = ""
    others: str = ""
    every: str = ""
    minor: bool = False
    gone: bool = False
    where: str = ""

    @property
    def one(self) -> str:
        """The thing, in words: "the dog"."""
        return self._in_words(singular(self.noun))

    @property
    def all(self) -> str:
        """The things, in words: "the dogs"."""
        return self._in_words(plural(self.noun))

    @property
    def alive(self) -> bool:
        """Whether "he" or "she" may mean it: people and animals."""
        return is_alive(self.noun)

    def _in_words(self, noun: str) -> str:
        return f"the {noun} {self.where}".rstrip()


@dataclass(frozen=True, slots=True)
class EarlierTurn:
    """A turn, as follow-ups see it: the request in full, what it spoke of, what came of it."""

    request: str
    mentions: Sequence[Mention] = ()
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """What was said so far.

    Args:
        turns: oldest first.
        pictures: the names of the pictures.
        focus: the index of the picture that requests are about, -1 for all.
    """

    turns: Sequence[EarlierTurn] = ()
    pictures: Sequence[str] = ("picture",)
    focus: int = 0

    @property
    def last(self) -> EarlierTurn | None:
        """The turn before this one."""
        return self.turns[-1] if self.turns else None

    def recent(self) -> Iterator[Sequence[Mention]]:
        """What the last turns spoke of, the latest first; what only said where things are, last."""
        for turn in reversed(self.turns[-MEMORY:]):
            major = [one for one in turn.mentions if not one.minor]
            if major or turn.mentions:
                yield major or turn.mentions
