"""Emoji by name or character, as pictures from the shipped colour font."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType

import cv2
import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
from numpy.typing import NDArray

from ..errors import ToolError
from .fonts import FOLDER

FONT = "NotoColorEmoji-subset.ttf"
NAMES = "emoji.txt"

MAX_NAME = 100
"""Characters of a name."""

_STRIKE = 109
"""The only size of the font's bitmaps, in pixels per em."""

LARGEST = 1024
"""Side in pixels beyond which an emoji is only enlarged, not drawn: bounds time and memory."""

_VARIATION = "\ufe0f"


def find_emoji(name: str) -> str:
    """The characters of an emoji.

    Args:
        name: an emoji itself, its name in Unicode's emoji list or in Python's `unicodedata`
            ("smiling_face_with_sunglasses"; case, spaces, hyphens and underscores don't count), or
            some words of it: of the names that have them all, the one with fewest words counts.

    Raises:
        ToolError: there is no such emoji.
    """
    known = emoji_names()
    characters = {one.replace(_VARIATION, ""): one for one in known.values()}
    given = name.strip()
    if given.replace(_VARIATION, "") in characters:
        return characters[given.replace(_VARIATION, "")]
    wanted = _words(given[:MAX_NAME])
    if wanted in known:
        return known[wanted]
    parts = set(wanted.split("_"))
    having = [one for one in known if wanted and parts <= set(one.split("_"))]
    if having:
        return known[min(having, key=lambda one: one.count("_"))]
    nearest = difflib.get_close_matches(wanted, known, 3, 0.5)
    raise ToolError(
        f"there is no emoji {given[:MAX_NAME]!r} among the faces, animals, plants and food",
        hint=f"try {', '.join(nearest or ['grinning_face', 'smiling_face_with_sunglasses'])}",
    )


@cache
def emoji_names() -> Mapping[str, str]:
    """The characters of each emoji by its names, in small letters with underscores."""
    lines = (FOLDER / NAMES).read_text(encoding="utf-8").splitlines()
    listed: dict[str, str] = {}
    formal: dict[str, str] = {}
    for line in lines:
        codes, _, name = line.partition("\t")
        characters = "".join(chr(int(code, 16)) for code in codes.split())
        listed[_words(name)] = characters
        bare = characters.replace(_VARIATION, "")
        if len(bare) == 1:
            formal[_words(unicodedata.name(bare, name))] = characters
    return MappingProxyType(listed | {key: formal[key] for key in formal if key not in listed})


def emoji_picture(characters: str, side: int) -> NDArray[np.uint8]:
    """An emoji as RGBA, uint8 of shape (side, side, 4), transparent around it."""
    if side > LARGEST:
        large = emoji_picture(characters, LARGEST)
        return cv2.resize(large, (side, side), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    small = _drawn(characters)
    opaque = small[..., 3].astype(np.float32) / 255
    colors = _bled(small[..., :3].astype(np.float32), opaque)
    if side <= small.shape[0]:
        how, size = cv2.INTER_AREA, (side, side)
        alpha = cv2.resize(opaque, size, interpolation=how)
    else:
        how, size = cv2.INTER_CUBIC, (side, side)
        # A smooth outline first, then as steep as the font drew it: enlarged steps would show.
        alpha = cv2.resize(cv2.GaussianBlur(opaque, (0, 0), 1.0), size, interpolation=how)
        alpha = np.clip((alpha - 0.5) * side / small.shape[0] * 1.5 + 0.5, 0, 1)
    picture = np.empty((side, side, 4), dtype=np.uint8)
    enlarged = cv2.resize(colors, size, interpolation=how)
    picture[..., :3] = np.rint(np.clip(enlarged, 0, 255))
    picture[..., 3] = np.rint(alpha * 255)
    return picture


@lru_cache(maxsize=32)
def _drawn(characters: str) -> NDArray[np.uint8]:
    """The font's bitmap, square, RGBA."""
    font = PIL.ImageFont.truetype(str(FOLDER / FONT), _STRIKE)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(characters))
    side = max(right - left, bottom - top)
    paper = PIL.Image.new("RGBA", (side, side))
    corner = ((side - right + left) // 2 - left, (side - bottom + top) // 2 - top)
    PIL.ImageDraw.Draw(paper).text(corner, characters, font=font, embedded_color=True)
    return np.asarray(paper, dtype=np.uint8)


def _bled(colors: NDArray[np.float32], opaque: NDArray[np.floating]) -> NDArray[np.float32]:
    """Colours that go on beyond the outline, so that resizing mixes nothing dark into its edge."""
    weight = (opaque > 0.95).astype(np.float32)
    spread = cv2.GaussianBlur(colors * weight[..., None], (0, 0), 3.0)
    spread = spread / (cv2.GaussianBlur(weight, (0, 0), 3.0)[..., None] + 1e-6)
    return np.where(weight[..., None] > 0, colors, spread).astype(np.float32)


def _words(name: str) -> str:
    """A name in small letters, its words joined by underscores."""
    plain = unicodedata.normalize("NFKD", name.casefold()).replace("’", "")
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return "_".join("".join(c if c.isalnum() else " " for c in bare).split())
