"""`Scene`: a picture whose contents are known, so that the true answer of a program is known too.

The pixels of a scene's picture are their own coordinates: red is x, green is y, and blue is the
number of the scene. A part that any tool cuts out still says where it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ...tools.lexicon import standard_lexicon
from ...tools.values import Box, Image, Keypoint
from ...tools.values.image import Pixels
from .nouns import nouns

WIDTH, HEIGHT = 250, 190
"""Pixels of a scene; coordinates have to fit into a byte."""

PEOPLE_WORDS = frozenset({"person", "human", "someone", "somebody", "anyone", "individual"})
GROUP_KINDS = {
    "animal": ("animals",),
    "pet": ("animals",),
    "insect": ("animals",),
    "vehicle": ("vehicles",),
    "fruit": ("food",),
    "piece of fruit": ("food",),
    "vegetable": ("food",),
    "drink": ("tableware",),
    "container": ("tableware",),
    "kitchen utensil": ("tableware",),
    "piece of furniture": ("furniture",),
    "appliance": ("furniture",),
    "tool": ("things",),
    "toy": ("things",),
    "electronic device": ("things",),
    "musical instrument": ("things",),
}
"""Words for many kinds of things, and the tables of nouns that have them."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in a scene.

    Args:
        label: what it is, in the singular.
        box: where it is, in whole pixels of the scene.
        color: a name of the colour table.
        qualities: what else a program may ask `select` for.
        keypoints: the points of the body, of people.
        face: where the face is; None where none can be seen.
    """

    label: str
    box: Box
    color: str = "grey"
    qualities: frozenset[str] = frozenset()
    keypoints: tuple[Keypoint, ...] = ()
    face: Box | None = None


@dataclass(frozen=True)
class Scene:
    """The contents of a picture.

    Args:
        number: 0 to 255, different for the pictures of one program.
        things: the things, the surest first.
        texts: lines of text in reading order, and where they are.
    """

    number: int
    things: Sequence[Thing]
    texts: Sequence[tuple[Box, str]] = ()

    @cached_property
    def picture(self) -> Image:
        """The picture that tools are given."""
        return Image((WIDTH, HEIGHT), f"scene {self.number}", self._pixels)

    def _pixels(self) -> Pixels:
        pixels = np.empty((HEIGHT, WIDTH, 3), np.uint8)
        pixels[..., 0] = np.arange(WIDTH, dtype=np.uint8)[None, :]
        pixels[..., 1] = np.arange(HEIGHT, dtype=np.uint8)[:, None]
        pixels[..., 2] = self.number
        return pixels


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of which scene a picture shows: its number and the corner of the part."""

    number: int
    left: int
    top: int
    width: int
    height: int

    @classmethod
    def of(cls, image: Image) -> Part:
        """Reads it from the pixels."""
        red, green, blue = (int(one) for one in image.pixels[0, 0])
        return cls(blue, red, green, image.width, image.height)

    def shows(self, box: Box) -> bool:
        """Whether the centre of a box, in pixels of the scene, is in the part."""
        across, down = box.x - self.left, box.y - self.top
        return 0 <= across <= self.width and 0 <= down <= self.height

    def inside(self, box: Box) -> Box:
        """A box in pixels of the part, cut at its edges."""
        moved = Box(
            box.left - self.left, box.top - self.top, box.right - self.left, box.bottom - self.top
        )
        return moved.clipped((self.width, self.height))


@cache
def singular_of(words: str) -> str:
    """The singular of a noun phrase as scenes label it."""
    for some in nouns().values():
        for noun in some:
            if words in (noun.plural, noun.singular):
                return noun.singular
    forms = standard_lexicon().singulars(words)
    return forms[-1] if len(forms) > 1 else words


@cache
def labels_meant(words: str) -> frozenset[str]:
    """The labels that a noun phrase means: itself, or all that a word for many covers."""
    one = singular_of(words)
    if one in PEOPLE_WORDS:
        return frozenset({one, *(noun.singular for noun in nouns()["people"])})
    kinds = GROUP_KINDS.get(one, ())
    if one in ("object", "thing"):
        kinds = tuple(nouns())
    return frozenset({one, *(noun.singular for kind in kinds for noun in nouns()[kind])})
