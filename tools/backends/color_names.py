"""Colour names that people say, and the nearest one to a colour by perceptual distance."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

FAMILIES = (
    *("black", "white", "grey", "red", "orange", "brown", "yellow", "green", "blue", "purple"),
    "pink",
)
"""The eleven basic colour terms of English (Berlin and Kay, "Basic Color Terms", 1969)."""

NAMES: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "black": ("black", ("000000", "141414", "1b1a1f")),
        "white": ("white", ("ffffff", "f2f2f2", "f4f1ea", "e8eef2")),
        "grey": ("grey", ("808080", "929591", "757a80", "8a857e")),
        "dark grey": ("grey", ("363737", "505050", "4a4744", "474c52")),
        "light grey": ("grey", ("d0d0d0", "b8b8b8", "b5bac0", "c4c0b8")),
        "red": ("red", ("e50000", "ff0000", "c8102e", "d9343a", "b02a30")),
        "dark red": ("red", ("840000", "650021", "9b1c1f", "5c1a1b")),
        "orange": ("orange", ("f97306", "ff8c00", "e8743b", "d9582b", "cc5a1e", "ffa64d")),
        "brown": ("brown", ("653700", "8b5a2b", "7b4a2d", "a0693f", "6b4f3a", "a52a2a")),
        "dark brown": ("brown", ("341c02", "3f2a1d", "4a3222")),
        "beige": ("brown", ("e6daa6", "d8c3a5", "c8ad88", "ecdcc0", "d1b26f")),
        "yellow": ("yellow", ("ffff14", "f7d716", "fac205", "e8d44d", "fdf06f")),
        "gold": ("yellow", ("dbb40c", "c9a227", "b8962e")),
        "green": ("green", ("15b01a", "00ff00", "00b33c", "3f9b4f", "4caf50", "5a8f4a")),
        "dark green": ("green", ("033500", "1e4d2b", "2f4f2f", "0b5d1e")),
        "light green": ("green", ("96f97b", "90ee90", "a8d5a2", "bfe3b4")),
        "lime green": ("green", ("7fff00", "aaff32", "9acd32")),
        "olive": ("green", ("6e750e", "808000", "6b6b3a", "556b2f")),
        "teal": ("green", ("029386", "008080", "2a7f7f")),
        "turquoise": ("blue", ("06c2ac", "40e0d0", "00ffff", "5fc9c9")),
        "blue": ("blue", ("0343df", "0000ff", "1f5fbf", "2e6db4", "3f6fa5")),
        "dark blue": ("blue", ("00035b", "01153e", "1b2a52", "203a66")),
        "light blue": ("blue", ("95d0fc", "87ceeb", "6fa8dc", "a9c9e6", "4aa3e0")),
        "purple": ("purple", ("7e1e9c", "800080", "6a3d9a", "7d4e8f")),
        "dark purple": ("purple", ("35063e", "3b1f4a", "4b2a5e")),
        "lavender": ("purple", ("c79fef", "b497d6", "d5c3ec", "9b7fc9")),
        "magenta": ("pink", ("c20078", "ff00ff", "d6249f")),
        "pink": ("pink", ("ff81c0", "ffc0cb", "f4a6b7", "e75480", "e8a0a8")),
    }
)
"""Name → its family, and colours (sRGB) that it stands for. The first colour of most names is the
centre of its answers in the XKCD colour survey (Munroe, 2010, public domain); the others are muted
and shaded as the colours of things in photos are. The last brown is CSS's and the second green the
screen's own, which drawings use."""


BETWEEN = frozenset({"teal", "turquoise"})
"""Names of what is neither green nor blue: the next basic terms of English, if any are (Mylonas and
MacDonald, "Augmenting basic colour terms in English", 2016)."""


@cache
def prototypes() -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """The name of each prototype, and the prototypes in Lab, shape (P, 3)."""
    pairs = [(name, code) for name, (_, codes) in NAMES.items() for code in codes]
    rgb = np.array([list(bytes.fromhex(code)) for _, code in pairs], dtype=np.uint8)
    return tuple(name for name, _ in pairs), to_lab(rgb)


def to_lab(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """CIELAB (D65) of sRGB colours of shape (N, 3): L in [0, 100], a and b about [-128, 127]."""
    scaled = rgb.astype(np.float32)[None] / np.float32(255)
    return cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB)[0].astype(np.float64)


def nearest_prototypes(lab: NDArray[np.float64]) -> NDArray[np.intp]:
    """For each colour of shape (N, 3): the index of its nearest prototype, shape (N,)."""
    _, table = prototypes()
    return np.argmin(ciede2000(lab[:, None, :], table[None, :, :]), axis=1)


def family_of(name: str) -> str:
    """The basic colour term that a name of the table belongs to."""
    return NAMES[name][0]


def in_table(color: str) -> str:
    """The name of the table that a colour means; "dark orange" has none, and is orange."""
    return color if color in NAMES else color.partition(" ")[2]


def basic_of(color: str) -> str:
    """The basic colour term of a colour, or its name where it is between two of them."""
    name = in_table(color)
    return name if name in BETWEEN else family_of(name)


def is_called(name: str, colors: Collection[str]) -> bool:
    """Whether what has a name of the table is said to have one of some colours.

    A basic term is said of all its names, but for those between two of them: olive is green, and
    teal is not.
    """
    term = family_of(name)
    return name in colors or (term in colors and name not in BETWEEN)


def ciede2000(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """The colour difference CIEDE2000 between Lab colours whose last axis is L, a, b.

    Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula: implementation notes,
    supplementary test data, and mathematical observations", 2005. The equation numbers are theirs.
    """
    l1, a1, b1 = (first[..., axis] for axis in range(3))
    l2, a2, b2 = (second[..., axis] for axis in range(3))
    mean_chroma7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean_chroma7 / (mean_chroma7 + 25.0**7))  # (4): 1 + G
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)  # (6)
    h1, h2 = _degrees(a1, b1), _degrees(a2, b2)  # (7)
    coloured = c1 * c2 > 0

    turn = (h2 - h1 + 180) % 360 - 180  # (10)
    turn = np.where(coloured, turn, 0.0)
    d_lightness, d_chroma = l2 - l1, c2 - c1
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))  # (11)

    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = np.where(coloured, (h1 + turn / 2) % 360, h1 + h2)  # (14)
    weight = (  # (15): T
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    s_lightness = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    s_chroma = 1 + 0.045 * chroma
    s_hue = 1 + 0.015 * chroma * weight
    chroma7 = chroma**7
    rotation = (  # (21): R_T
        -2
        * np.sqrt(chroma7 / (chroma7 + 25.0**7))
        * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    )
    x, y, z = d_lightness / s_lightness, d_chroma / s_chroma, d_hue / s_hue
    return np.sqrt(np.maximum(x**2 + y**2 + z**2 + rotation * y * z, 0))


def _degrees(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """The hue angle, in [0, 360)."""
    return np.mod(np.degrees(np.arctan2(b, a)), 360.0)
