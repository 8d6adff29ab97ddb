"""The sets of requests that a planner is taught and measured on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ...tools.errors import InputError
from .generator import generate
from .held_out import held_out_pairs
from .requests import Pair

UNSEEN: Mapping[str, str] = MappingProxyType(
    {
        "nouns": "unseen nouns in known phrasings",
        "phrasings": "unseen nouns in unseen phrasings",
        "hand": "written by hand",
    }
)
"""The sets that nothing is learnt from, and what is in them."""


def pairs_of(split: str, count: int, seed: int) -> list[Pair]:
    """The pairs of a set: `train`, or one of `UNSEEN`.

    Raises:
        InputError: there is no such set.
    """
    match split:
        case "train":
            return list(generate(count, seed))
        case "nouns":
            return list(generate(count, seed, nouns="held out"))
        case "phrasings":
            return list(generate(count, seed, nouns="held out", wording="held out"))
        case "hand":
            return held_out_pairs()[:count]
        case _:
            raise InputError(
                f"there is no split {split!r}", hint=f"there are train, {', '.join(UNSEEN)}"
            )
