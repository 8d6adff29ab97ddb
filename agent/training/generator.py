"""`generate`: pairs of request and program, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from . import attributes, counting, editing, joined, limits, pairs, people, reading
from .drafts import NotDrawnError
from .nouns import Split
from .requests import Family, Pair, Source
from .wording import dress

FAMILIES: tuple[Family, ...] = (
    *counting.FAMILIES,
    *attributes.FAMILIES,
    *reading.FAMILIES,
    *limits.FAMILIES,
    *people.FAMILIES,
    *editing.FAMILIES,
    *pairs.FAMILIES,
    *joined.FAMILIES,
)


def generate(
    count: int, seed: int, *, nouns: Split = "train", wording: Split = "train"
) -> Iterator[Pair]:
    """Different requests with their programs.

    Args:
        count: how many.
        seed: the same seed gives the same pairs.
        nouns: which nouns they have.
        wording: which phrasings they have.
    """
    random = Random(f"viscript {seed} {nouns} {wording}")
    source = Source.of(random, nouns, wording)
    weights = [family.weight for family in FAMILIES]
    seen: set[str] = set()
    while len(seen) < count:
        family = random.choices(FAMILIES, weights)[0]
        try:
            drawn = family.draw(source)
        except NotDrawnError:
            continue
        request = dress(drawn.words, random, question=drawn.question)
        if request not in seen:
            seen.add(request)
            yield Pair(family.category, request, drawn.program, drawn.images)
