"""Tools that tell the truth about one picture whose objects are annotated.

What the annotations don't tell is refused, so that nothing is said about a program that needs it:
an adjective before a noun (which a finder may skip), sizes by adjectives, what is written.

The pixels of the picture are their own coordinates, 12 bits each, as in `agent/training/scenes.py`
where a byte is enough: a part that is cut out still says where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from blake3 import blake3

from ...agent.training.scenes import Part
from ...agent.words import words_of
from ...tools.backends import Tools
from ...tools.backends.phrase_grammar import parse_query
from ...tools.backends.phrase_words import COLORS
from ...tools.backends.phrases import PhraseSelector
from ...tools.errors import NotOfferedError, ToolError
from ...tools.lexicon import plain, standard_lexicon
from ...tools.library.geometry import regions_in as several
from ...tools.values import Box, Image, Region
from ...tools.values.image import Pixels
from ..truth import run_with, true_toolbox
from .regions import drawn_in
from .suite import Given

LONGEST = 4096
"""Pixels of a side; coordinates have to fit into 12 bits."""


class Annotation(NamedTuple):
    """An object of a picture; `words` are what else is known to be true of it ("red")."""

    name: str
    box: Box
    words: frozenset[str] = frozenset()


class Described(NamedTuple):
    """A picture as it is described.

    Args:
        size: its width and height in pixels, `LONGEST` at most.
        objects: its objects, in any order.
        meant: the names that a noun phrase, of words in small letters, means among those of the
            objects; raises NotOfferedError where that can't be told.
    """

    size: tuple[int, int]
    objects: Sequence[Annotation]
    meant: Callable[[Sequence[str]], frozenset[str]]


def true_answer(
    picture: Described, program: str, tools: Sequence[str], score: Callable[[Given], float]
) -> Given | None:
    """What a program answers when its tools know the objects of its picture.

    None where they know too little. Which object a finder is surest of is not known either: where
    an answer is as right with the first object first as with the last one, that doesn't matter.

    Args:
        picture: the picture.
        program: the program.
        tools: the tools that the description is enough for, of those of `_Annotated`.
        score: how right an answer is.
    """
    first = _answer(picture, program, tools)
    last = _answer(picture._replace(objects=picture.objects[::-1]), program, tools)
    if first is None or last is None:
        return None
    return first if score(first) == score(last) else None


def same_words(phrase: Sequence[str], name: str) -> bool:
    """Whether a phrase is a name, either of them perhaps in the plural; glasses are no glass."""
    named, lexicon = plain(name).split(), standard_lexicon()
    if not named or [*phrase[:-1]] != named[:-1]:
        return False
    alike = {*lexicon.singulars(phrase[-1])} & {*lexicon.singulars(named[-1])}
    return bool(alike) and lexicon.entry(phrase) == lexicon.entry(named)


def _answer(picture: Described, program: str, tools: Sequence[str]) -> Given | None:
    toolbox = true_toolbox(lambda used: _Annotated(picture, used), tools)
    run = run_with(toolbox, program, [_shown(picture.size)])
    if not run.ok:
        return None
    # Regions that were drawn into the picture are what was found; see `regions.regions_in`.
    drawn = isinstance(run.answer, Image)
    value = drawn_in(run.steps, run.answer) if drawn else run.answer
    return Given(words_of(run.answer), value, program)


class _Annotated:
    """Answers from a description."""

    def __init__(self, picture: Described, tools: Tools) -> None:
        self._picture = picture
        self._selector = PhraseSelector(tools)

    def find(self, image: Image, query: str) -> list[Region]:
        """The objects that any phrase of the query names."""
        phrases = [_words(one) for one in re.split(r",|;|\band\b|\bor\b", plain(query))]
        if not any(phrases):
            raise ToolError("the query names nothing")
        meant = frozenset[str]().union(*map(self._picture.meant, filter(None, phrases)))
        return [one for one in self.list_objects(image) if one.label in meant]

    def list_objects(self, image: Image) -> list[Region]:
        """All objects in the part of the picture that is shown."""
        part, count = _part(image), len(self._picture.objects)
        return [
            Region(image, part.inside(one.box), one.name, 1 - at / (2 * count))
            for at, one in enumerate(self._picture.objects)
            if part.shows(one.box)
        ]

    def select(
        self, regions: Region | Sequence[Region], query: str, category: str | None = None
    ) -> list[Region]:
        """The regions of a place, a rank or a number, or those that a word is true of."""
        some = several(regions)
        words = _words(query)
        if category is None and len(words) == 1:
            word = _spelled(words[0])
            true = [one for one in some if word in self._known(one)]
            # What has another colour has not this one; about other words nothing is said.
            if true or (word in COLORS and all(map(self._colors, some))):
                return true
        labels = frozenset(one.label.lower() for one in some)
        nouns = [] if category is None else [_words(category)]
        for phrase in parse_query(query, labels):
            if phrase.colors or phrase.text or phrase.link or phrase.adjective:
                raise _unknown(query)
            nouns += [phrase.nouns] if phrase.nouns else []
        if not all(any(same_words(noun, label) for label in labels) for noun in nouns):
            raise _unknown(query)
        return self._selector.select(regions, query, category)

    def color_of(self, region: Image | Region) -> str:
        """The colour of an object that has one, by its name in the table of colours."""
        colors = frozenset[str]() if isinstance(region, Image) else self._colors(region)
        if len(colors) != 1 or not colors <= set(COLORS.values()):
            raise NotOfferedError("the description doesn't say one colour")
        return next(iter(colors))

    def tag(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """The same pixels under a digest that says what was drawn."""
        pixels, boxes = image.pixels, sorted({str(one.box.xyxy) for one in several(regions)})
        done = blake3(f"tag {image.digest} {boxes}".encode()).hexdigest()
        return Image(image.size, "tag", lambda: pixels, done)

    def _colors(self, region: Region) -> frozenset[str]:
        return self._known(region) & COLORS.keys()

    def _known(self, region: Region) -> frozenset[str]:
        """What is known to be true of the object at a region; nothing of another region."""
        part = _part(region.image)
        return frozenset(
            _spelled(word)
            for one in self._picture.objects
            if one.name == region.label and part.inside(one.box) == region.box
            for word in one.words
        )


def _spelled(word: str) -> str:
    """A word as the table of colours spells it."""
    return "grey" if word == "gray" else word


def _unknown(query: str) -> NotOfferedError:
    return NotOfferedError(f"the description doesn't tell {query!r}")


def _words(phrase: str) -> list[str]:
    """The words of a phrase in small letters, without determiners."""
    words = re.findall(r"\w+", plain(phrase))
    return [one for one in words if one not in standard_lexicon().determiners]


def _shown(size: tuple[int, int]) -> Image:
    """The picture that tools are given."""
    return Image(size, "described", partial(_coordinates, size))


def _coordinates(size: tuple[int, int]) -> Pixels:
    width, height = size
    pixels = np.empty((height, width, 3), np.uint8)
    across, down = np.arange(width)[None, :], np.arange(height)[:, None]
    pixels[..., 0] = across & 255
    pixels[..., 1] = down & 255
    pixels[..., 2] = across >> 8 | down >> 8 << 4
    return pixels


def _part(image: Image) -> Part:
    """Which part of the picture one shows."""
    red, green, blue = (int(one) for one in image.pixels[0, 0])
    left, top = red | (blue & 15) << 8, green | blue >> 4 << 8
    return Part(0, left, top, image.width, image.height)
