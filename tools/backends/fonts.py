"""Text in any script: each character in the first shipped font that has it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont

FOLDER = Path(__file__).parent.parent / "fonts"
BASE = "NotoSans-Regular.ttf"
SCRIPTS = (
    *("Arabic", "Hebrew", "Armenian", "Georgian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati"),
    *("Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Thai", "Lao", "Khmer"),
    *("Myanmar", "Ethiopic"),
)
FILES = (
    BASE,
    "DroidSansFallback.ttf",
    *(f"NotoSans{script}-Regular.ttf" for script in SCRIPTS),
)
"""In the order in which they are asked for a character."""

_NONCHARACTER = "\uffff"
_PROBE_SIZE = 16


@dataclass(frozen=True, slots=True)
class TextRun:
    """Neighbouring characters that one font draws."""

    text: str
    file: str


class Lettering:
    """Measures and draws one line of text at a size.

    Args:
        size: the height of the letters' em square, in pixels.
    """

    def __init__(self, size: int) -> None:
        self.size = max(size, 1)
        self._fonts: dict[str, PIL.ImageFont.FreeTypeFont] = {}
        self.ascent, self.descent = self._font(BASE).getmetrics()

    @property
    def line_height(self) -> int:
        """From the top of the highest letter to the bottom of the lowest, in pixels."""
        return self.ascent + self.descent

    def width(self, text: str) -> int:
        """How wide the text is, in whole pixels."""
        length = sum(self._font(run.file).getlength(run.text) for run in text_runs(text))
        return int(-(-length // 1))

    def shortened(self, text: str, width: int) -> str:
        """The text, or the longest beginning of it that fits the width with "…" after it.

        Nothing when not even the "…" fits.
        """
        if self.width(text) <= width:
            return text
        fits, too_long = 0, len(text)
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            if self.width(text[:middle].rstrip() + "…") <= width:
                fits = middle
            else:
                too_long = middle
        if fits:
            return text[:fits].rstrip() + "…"
        return "…" if self.width("…") <= width else ""

    def draw(
        self,
        canvas: PIL.ImageDraw.ImageDraw,
        position: tuple[float, float],
        text: str,
        fill: tuple[int, int, int],
    ) -> None:
        """Draws the text with its line's top left corner at `position`, (x, y) in pixels."""
        x, baseline = position[0], position[1] + self.ascent
        for run in text_runs(text):
            font = self._font(run.file)
            canvas.text((x, baseline), run.text, fill=fill, font=font, anchor="ls")
            x += font.getlength(run.text)

    def _font(self, file: str) -> PIL.ImageFont.FreeTypeFont:
        if file not in self._fonts:
            self._fonts[file] = PIL.ImageFont.truetype(str(FOLDER / file), self.size)
        return self._fonts[file]


def text_runs(text: str) -> list[TextRun]:
    """The text on one line, cut into runs of one font, in the order in which they are drawn.

    A text whose first letter is of a script written from the right has its runs from right to
    left; inside a run the text engine orders the letters.
    """
    clean = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    runs = [
        TextRun("".join(one for one, _ in pairs), file)
        for file, pairs in groupby(_with_files(clean), key=lambda pair: pair[1])
    ]
    return runs[::-1] if _starts_from_the_right(clean) else runs


def _with_files(text: str) -> Iterator[tuple[str, str]]:
    """Each character with its font; marks, joiners and spaces stay with what they follow."""
    previous = ""
    for one in text:
        follows = unicodedata.category(one) in ("Mn", "Mc", "Me", "Cf", "Zs")
        if not (follows and previous):
            previous = file_for(one)
        yield one, previous


@lru_cache(maxsize=4096)
def file_for(character: str) -> str:
    """The file of the first font that has a character; the base font's when none has."""
    return next((file for file in FILES if _has(file, character)), BASE)


def _has(file: str, character: str) -> bool:
    """Whether a font draws a character as anything but its sign for "missing"."""
    font, missing = _probe(file)
    return _drawn(font, character) != missing


@lru_cache(maxsize=len(FILES))
def _probe(file: str) -> tuple[PIL.ImageFont.FreeTypeFont, bytes]:
    """A font to test characters with, and how it draws one that no font has."""
    basic = PIL.ImageFont.Layout.BASIC
    font = PIL.ImageFont.truetype(str(FOLDER / file), _PROBE_SIZE, layout_engine=basic)
    return font, _drawn(font, _NONCHARACTER)


def _drawn(font: PIL.ImageFont.FreeTypeFont, character: str) -> bytes:
    paper = PIL.Image.new("L", (3 * _PROBE_SIZE, 3 * _PROBE_SIZE))
    PIL.ImageDraw.Draw(paper).text((_PROBE_SIZE, _PROBE_SIZE), character, fill=255, font=font)
    return paper.tobytes()


def _starts_from_the_right(text: str) -> bool:
    strong = (unicodedata.bidirectional(one) for one in text)
    return next((one in ("R", "AL") for one in strong if one in ("L", "R", "AL")), False)
