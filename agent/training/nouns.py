"""The nouns of requests, by kind, split so that some are never seen in training."""

from __future__ import annotations

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
    return blake3(text.encode()).digest()[0] % HELD_OUT_SHARE == 0


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
        self._kinds = {
            kind: [noun for noun in some if is_held_out(noun.singular) == wanted]
            for kind, some in nouns().items()
        }

    def draw(self, random: Random, *kinds: str) -> Noun:
        """A noun of any of some kinds, each kind equally likely."""
        return random.choice(self._kinds[random.choice([k for k in kinds if self._kinds[k]])])


def _read(kind: str, text: str) -> tuple[Noun, ...]:
    found: dict[str, Noun] = {}
    for entry in " ".join(text.split()).split(","):
        singular, _, plural = entry.strip().partition("/")
        found[singular] = Noun(singular, plural or f"{singular}s", kind)
    return tuple(found.values())
