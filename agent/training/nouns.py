"""The nouns of requests, by kind, split so that some are never seen in training."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Literal

from blake3 import blake3

Split = Literal["train", "held out"]

WORDNET = Path(__file__).parents[2] / "tools" / "vocabulary_wordnet.json"
EVERYDAY = frozenset(
    {
        *("person", "man", "woman", "child", "boy", "girl", "baby", "dog", "cat", "horse", "bird"),
        *("car", "bus", "truck", "bike", "bicycle", "boat", "chair", "table", "cup", "bottle"),
        *("bag", "phone", "book", "ball", "hat", "shirt", "tree", "flower", "house", "apple"),
    }
)
"""What people ask about most. None of it is kept out of training: a planner that never saw "the
person" took it for a face."""
EVERYDAY_SHARE = 0.45
"""How often training draws one of these, where its kind has any."""
PERSON = "person"
PERSON_WEIGHT = 5
"""How much more often than another of these it is drawn."""
RARE_SHARE = 0.35
"""How often training draws any noun of WordNet instead of a common one: it teaches to copy."""
RARE_LETTERS = 22
TEXT_KINDS = frozenset({"groups", "text_carriers", "text_objects"})
"""Kinds whose nouns decide the program, so that no other noun can stand for them."""

HELD_OUT_SHARE = 6
"""One noun, and one phrasing, in this many is kept out of training."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A countable noun.

    Args:
        singular: "dog".
        plural: "dogs".
        kind: the table of `nouns.toml` that it is from.
    """

    singular: str
    plural: str
    kind: str

    @property
    def with_article(self) -> str:
        """ "a dog", "an apple", "scissors"."""
        return self.singular if self.singular == self.plural else article(self.singular)


def article(phrase: str) -> str:
    """A phrase with its indefinite article."""
    consonant = phrase.startswith(("uni", "one", "eu", "ute"))
    return f"{'an' if phrase[:1] in 'aeiou' and not consonant else 'a'} {phrase}"


def is_held_out(text: str) -> bool:
    """Whether a noun or phrasing is kept out of training; the same on every machine."""
    return text not in EVERYDAY and blake3(text.encode()).digest()[0] % HELD_OUT_SHARE == 0


@cache
def nouns() -> Mapping[str, tuple[Noun, ...]]:
    """All nouns, by kind."""
    tables = tomllib.loads((Path(__file__).parent / "nouns.toml").read_text("utf-8"))
    return MappingProxyType({kind: _read(kind, text) for kind, text in tables.items()})


class Nouns:
    """Draws nouns of one split.

    Args:
        split: "train" gives those of training, "held out" only the others.
    """

    def __init__(self, split: Split) -> None:
        wanted = split == "held out"
        self._rare = rare_nouns() if split == "train" else ()
        self._kinds = {
            kind: [noun for noun in some if is_held_out(noun.singular) == wanted]
            for kind, some in nouns().items()
        }

    def draw(self, random: Random, *kinds: str) -> Noun:
        """A noun of any of some kinds, each kind equally likely."""
        kind = random.choice([one for one in kinds if self._kinds[one]])
        everyday = [one for one in self._kinds[kind] if one.singular in EVERYDAY]
        if everyday and random.random() < EVERYDAY_SHARE:
            weights = [PERSON_WEIGHT if one.singular == PERSON else 1 for one in everyday]
            return random.choices(everyday, weights)[0]
        if self._rare and kind not in TEXT_KINDS and random.random() < RARE_SHARE:
            noun = random.choice(self._rare)
            return Noun(noun.singular, noun.plural, kind)
        return random.choice(self._kinds[kind])


@cache
def rare_nouns() -> tuple[Noun, ...]:
    """Nouns of WordNet that name no people, some of which insult, without those held out."""
    data = json.loads(WORDNET.read_text("utf-8"))
    tables = {**data["outside"], **data["names"]}
    words = {word for name, some in tables.items() if name != "person" for word in some}
    plain = (word for word in words if word.replace(" ", "").isalpha() and word.isascii())
    return tuple(
        Noun(word, _plural(word), "rare")
        for word in sorted(plain)
        if len(word) <= RARE_LETTERS and not is_held_out(word)
    )


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


def _read(kind: str, text: str) -> tuple[Noun, ...]:
    found: dict[str, Noun] = {}
    for entry in " ".join(text.split()).split(","):
        singular, _, plural = entry.strip().partition("/")
        found[singular] = Noun(singular, plural or f"{singular}s", kind)
    return tuple(found.values())
