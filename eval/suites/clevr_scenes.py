"""What CLEVR's pictures show, by its published file of scenes, as tools that tell the truth.

The file has each solid's centre and distance. Its box is made from these and its size, so it is
near the true one; what is in front of what is not told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter

from ...agent.training.scene_tools import TOOLS, SceneTools
from ...agent.training.scenes import Scene, Thing
from ...tools.backends.phrase_words import COLORS
from ...tools.errors import NotOfferedError
from ...tools.values import Box, Image, Region
from ..truth import answer_with, true_toolbox
from .published import parsed
from .suite import Given

SHAPES: Mapping[str, Sequence[str]] = {"cube": ["block"], "sphere": ["ball"], "cylinder": []}
SYNONYMS: Mapping[str, Sequence[str]] = {
    **SHAPES,
    **{"large": ["big"], "small": ["tiny"], "metal": ["metallic", "shiny"], "rubber": ["matte"]},
}
"""The questions' other words for a shape, a size and a material."""
WORDS = frozenset({*COLORS, *SYNONYMS, *(one for some in SYNONYMS.values() for one in some)})
WORDS_FOR_ANY = frozenset({"thing", "object", "item", "solid", "shape", "one"})
ARTICLES = frozenset({"a", "an", "the"})
RADII = {"large": 0.7, "small": 0.35}
"""Of the solids, in the units of their distance."""
FOCAL = 525.0
"""The focal length in pixels: 35 mm before 32 mm that are 480 pixels wide."""
SCALE = 0.5
"""A scene's pixels for each of a picture's 480 x 320."""


class Solid(BaseModel):
    """A solid of the file; `pixel_coords` are x, y and the distance."""

    color: str
    size: Literal["large", "small"]
    shape: Literal["cube", "sphere", "cylinder"]
    material: Literal["metal", "rubber"]
    pixel_coords: tuple[float, float, Annotated[float, Field(gt=0)]]

    @property
    def thing(self) -> Thing:
        """It as scenes have it."""
        x, y, distance = self.pixel_coords
        half = RADII[self.size] * FOCAL / distance
        sides = (round(SCALE * one) for one in (x - half, y - half, x + half, y + half))
        named = (self.shape, self.size, self.material)
        words = {*named, *(other for one in named for other in SYNONYMS[one])}
        colors = {self.color, COLORS.get(self.color, self.color)}
        return Thing(self.shape, Box(*sides), self.color, frozenset(words | colors))


class _Scene(BaseModel):
    image_filename: str
    objects: list[Solid]


class _File(BaseModel):
    scenes: list[_Scene]


def solids_in(path: Path) -> Mapping[str, Sequence[Any]]:
    """The solids of each picture, as JSON, by the name of its file; none without the file.

    Raises:
        InputError: it is something else.
    """
    if not path.exists():
        return {}
    found = parsed(path, TypeAdapter(_File), "CLEVR's file of scenes").scenes
    return {one.image_filename: [solid.model_dump() for solid in one.objects] for one in found}


def true_answer(solids: Sequence[Any], program: str) -> Given | None:
    """What a program answers when its tools know the solids; None where they know too little."""
    scene = Scene(0, [Solid.model_validate(one).thing for one in solids])
    toolbox = true_toolbox(lambda tools: _Solids([scene], frozenset(), tools), TOOLS)
    given = answer_with(toolbox, program, [scene.picture])
    return given if given.text else None


class _Solids(SceneTools):
    """Tools that know solids by the words of the questions."""

    def find(self, image: Image, query: str) -> list[Region]:
        """The solids that all words of one of the query's phrases are true of."""
        phrases = [_words(one) for one in re.split(r",|\band\b|\bor\b", query)]
        unknown = frozenset[str]().union(*phrases) - WORDS - WORDS_FOR_ANY
        if unknown:
            raise NotOfferedError(f"the scenes don't know {min(unknown)!r}")
        found = self.list_objects(image)
        meant = [self._that_are(words, found) for words in phrases if words]
        return [one for one in found if any(one in some for some in meant)]

    def select(
        self, regions: Region | Sequence[Region], query: str, category: str | None = None
    ) -> list[Region]:
        """The solids that all words are true of; by place or order as the embedded profile does.

        There words such as "large" would be judged by boxes: with them nothing is known.
        """
        words = _words(query)
        if words <= WORDS | WORDS_FOR_ANY:
            some = [regions] if isinstance(regions, Region) else list(regions)
            return self._that_are(words, some)
        if words & (WORDS - SHAPES.keys()):
            raise NotOfferedError(f"the scenes don't know {query!r}")
        return super().select(regions, query, category)

    def _that_are(self, words: frozenset[str], regions: Sequence[Region]) -> list[Region]:
        wanted = words - WORDS_FOR_ANY
        return [one for one in regions if wanted <= self._thing(one).qualities]


def _words(phrase: str) -> frozenset[str]:
    """The words of a phrase, in the singular."""
    words = (one for one in phrase.lower().split() if one not in ARTICLES)
    return frozenset(re.sub(r"(?<!s)s$", "", one) for one in words)
