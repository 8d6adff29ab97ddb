"""The closed words of selecting phrases: numbers, places, sizes, colours, relations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Side = Literal["left", "right", "top", "bottom"]
Where = Literal["left", "right", "top", "bottom", "middle", "centre"]
Size = Literal["largest", "smallest", "tallest", "shortest", "widest", "narrowest"]
Order = Where | Size
Beside = Literal["left of", "right of", "above", "below"]
Link = Beside | Literal["on", "next to", "far from", "between"]

_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_RANK_WORDS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)

NUMBERS: Mapping[str, int] = MappingProxyType(
    {word: value for value, word in enumerate(_NUMBER_WORDS, 1)} | {"both": 2, "couple": 2}
)
RANKS: Mapping[str, int] = MappingProxyType(
    {word: value for value, word in enumerate(_RANK_WORDS, 1)} | {"last": -1}
)
ALL = frozenset({"all", "every", "each", "everything"})
"""Words that ask for each region that fits, however many."""

SIDES: Mapping[str, Side] = MappingProxyType(
    {
        **{"left": "left", "lefthand": "left", "right": "right", "righthand": "right"},
        **{"top": "top", "upper": "top", "bottom": "bottom", "lower": "bottom"},
    }
)
MIDDLES: Mapping[str, Order] = MappingProxyType(
    {
        **{"middle": "middle", "centre": "centre", "center": "centre"},
        **{"central": "centre", "middlemost": "middle"},
    }
)
ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        **{"leftmost": "left", "rightmost": "right", "topmost": "top", "bottommost": "bottom"},
        **{"highest": "top", "uppermost": "top", "lowest": "bottom", "lowermost": "bottom"},
        **{"largest": "largest", "biggest": "largest", "smallest": "smallest"},
        **{"tiniest": "smallest", "littlest": "smallest", "tallest": "tallest"},
        **{"shortest": "shortest", "widest": "widest", "narrowest": "narrowest"},
        **{"larger": "largest", "bigger": "largest", "smaller": "smallest", "taller": "tallest"},
        **{"shorter": "shortest", "wider": "widest", "narrower": "narrowest"},
    }
)
SIZES: Mapping[str, Size] = MappingProxyType(
    {
        **{"large": "largest", "big": "largest", "huge": "largest", "giant": "largest"},
        **{"small": "smallest", "little": "smallest", "tiny": "smallest"},
        **{"tall": "tallest", "short": "shortest", "wide": "widest", "narrow": "narrowest"},
    }
)
"""Adjectives: of one thing they mean the extreme ("the big dog"), of several those beyond the mean
("the big dogs")."""

COLORS: Mapping[str, str] = MappingProxyType(
    {
        **{name: name for name in ("black", "white", "grey", "red", "orange", "brown", "beige")},
        **{name: name for name in ("yellow", "gold", "green", "olive", "teal", "turquoise")},
        **{name: name for name in ("blue", "purple", "lavender", "magenta", "pink")},
        **{"gray": "grey", "silver": "grey", "golden": "gold", "violet": "purple"},
        **{"crimson": "red", "scarlet": "red", "maroon": "dark red", "burgundy": "dark red"},
        **{"navy": "dark blue", "cyan": "turquoise", "aqua": "turquoise", "tan": "beige"},
        **{"cream": "beige", "lilac": "lavender", "fuchsia": "magenta", "lime": "lime green"},
        **{"reddish": "red", "brownish": "brown", "greenish": "green", "bluish": "blue"},
    }
)
"""Colour words, and the names of `color_names.NAMES` that they mean."""
SHADES = frozenset({"dark", "light"})


def color_at(word: str, following: str) -> tuple[str, int]:
    """The colour that starts with a word, and how many words it has: none where it is no colour.

    Args:
        word: in small letters.
        following: the next one, or nothing.
    """
    if word in SHADES and following in COLORS:
        return f"{word} {COLORS[following]}", 2
    if COLORS.get(word) == f"{word} {following}":
        return COLORS[word], 2
    return (COLORS[word], 1) if word in COLORS else ("", 0)


PICTURES = frozenset({"image", "picture", "photo", "photograph", "frame", "scene", "screen"})
PARTS = frozenset({"side", "half", "corner", "edge", "part", "end", "third", "of"})
NOUNS_FOR_ANY = frozenset({"one", "ones", "object", "objects", "thing", "things"}) | frozenset(
    {"item", "items", "region", "regions", "box", "boxes"}
)
PLURALS_FOR_ANY = frozenset({"ones", "objects", "things", "items", "regions", "boxes"})
FILLERS = frozenset(
    {"a", "an", "the", "of", "that", "which", "who", "is", "are", "these", "those", "this"}
) | frozenset({"only", "just", "coloured", "colored", "color", "colour", "in", "located"})
"""Words that add nothing once the words around them are understood."""

PLACE_WORDS = frozenset({"on", "at", "in", "from", "to", "towards", "toward", "near", "by"})
"""Words that may stand before a place: "on the left", "in the middle", "third from the right"."""

TEXT_WORDS = frozenset({"says", "saying", "reads", "reading", "labelled", "labeled", "named"})
"""What follows is written on the thing."""

LINKS: Mapping[tuple[str, ...], Link] = MappingProxyType(
    {
        ("to", "the", "left", "of"): "left of",
        ("on", "the", "left", "of"): "left of",
        ("left", "of"): "left of",
        ("to", "the", "right", "of"): "right of",
        ("on", "the", "right", "of"): "right of",
        ("right", "of"): "right of",
        ("on", "top", "of"): "on",
        ("above",): "above",
        ("over",): "above",
        ("below",): "below",
        ("under",): "below",
        ("underneath",): "below",
        ("beneath",): "below",
        ("next", "to"): "next to",
        ("close", "to"): "next to",
        ("closest", "to"): "next to",
        ("nearest", "to"): "next to",
        ("nearest",): "next to",
        ("beside",): "next to",
        ("near",): "next to",
        ("by",): "next to",
        ("farthest", "from"): "far from",
        ("furthest", "from"): "far from",
        ("between",): "between",
        ("inside",): "on",
        ("within",): "on",
        ("in",): "on",
        ("on",): "on",
    }
)
"""Words between two things, the longest first where one begins another."""
