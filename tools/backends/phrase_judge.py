"""What a vision-language model adds to selecting: it judges the words that nothing else can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..values import Region
from .phrase_grammar import Phrase
from .phrase_labels import singular


class Judge(Protocol):
    """Says which regions look as a description says."""

    def ranked(self, regions: Sequence[Region], description: str) -> list[Region]:
        """The regions, the one that the description fits best first."""
        ...

    def fitting(self, regions: Sequence[Region], description: str) -> list[Region]:
        """The regions that the description fits better than their label alone."""
        ...


def judged(
    judge: Judge, phrase: Phrase, regions: list[Region], *, several: bool, surely: bool
) -> list[Region]:
    """The regions that look as a phrase says.

    Args:
        judge: the model.
        phrase: the phrase.
        regions: those that fit by label, colour, place and text.
        several: the phrase speaks of several.
        surely: one that is spoken of is among them; otherwise there may be none.

    Returns:
        Of a single thing, or a number of things, the best; those that fit where the phrase speaks
        of several, or goes on to choose among them by place, size or rank.
    """
    description = worded(phrase)
    ordered = phrase.order or phrase.adjective or phrase.sides or phrase.rank
    if ordered or (several and phrase.number is None):
        return judge.fitting(regions, description)
    found = regions if surely else judge.fitting(regions, description)
    return judge.ranked(found, description)[: phrase.number or 1] if found else []


def worded(phrase: Phrase) -> str:
    """A phrase without places, sizes and numbers, in the singular: "the two left men in hats" is
    "man on hat"."""
    words = [*phrase.colors, *map(singular, phrase.nouns)]
    if phrase.link is not None:
        words += [phrase.link, " and ".join(worded(anchor) for anchor in phrase.anchors)]
    return " ".join(words) or "thing"
