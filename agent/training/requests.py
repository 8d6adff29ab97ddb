"""`Pair`, a request with its program, and what the modules that draw them share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from .drafts import NotDrawnError
from .noun_phrases import NounPhrases
from .nouns import Nouns, Split
from .wording import fill, templates


@dataclass(frozen=True, slots=True)
class Pair:
    """A request and the program that answers it.

    Args:
        category: what kind of request it is, for reports: "count", "attribute", ...
        request: as a person might type it.
        program: in canonical form.
        images: how many pictures it is about.
    """

    category: str
    request: str
    program: str
    images: int = 1


@dataclass(frozen=True, slots=True)
class Source:
    """What a family draws from.

    Args:
        random: decides.
        phrases: noun phrases of the split of nouns.
        wording: the split of phrasings.
    """

    random: Random
    phrases: NounPhrases
    wording: Split

    @classmethod
    def of(cls, random: Random, nouns: Split, wording: Split) -> Source:
        """A source with a split each for nouns and phrasings."""
        return cls(random, NounPhrases(Nouns(nouns)), wording)

    def chance(self, probability: float) -> bool:
        """True with a probability."""
        return self.random.random() < probability

    def words(self, file: str, group: str, slots: Mapping[str, str]) -> str:
        """A request of a group of phrasings.

        Raises:
            NotDrawnError: the split has none of the group.
        """
        options = templates(file, group, self.wording)
        if not options:
            raise NotDrawnError
        return fill(self.random.choice(options), slots, self.random)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A request without its trimmings, and its program.

    Args:
        words: in small letters, without punctuation at the end.
        program: in canonical form.
        question: whether a question mark fits.
        images: how many pictures it is about.
    """

    words: str
    program: str
    question: bool = True
    images: int = 1


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of request.

    Args:
        category: for reports.
        weight: how often it is drawn.
        draw: draws one.
    """

    category: str
    weight: float
    draw: Callable[[Source], Drawn]
