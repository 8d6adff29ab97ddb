"""The tools of the embedded profile, answered from scenes instead of by models."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from blake3 import blake3

from ...tools.backends import BackendSpec, Tools
from ...tools.backends.phrases import PhraseSelector
from ...tools.errors import NotOfferedError, ToolError
from ...tools.host import ModelHost
from ...tools.profile import Profile
from ...tools.registry import Registry
from ...tools.toolbox import Toolbox
from ...tools.values import Box, Image, Region
from .nouns import nouns
from .scenes import Part, Scene, Thing, labels_meant, singular_of

TOOLS = (
    *("find", "list_objects", "find_faces", "pose", "read_text", "segment", "select", "color_of"),
    *("blur_background", "blur", "color_pop", "remove", "emoji", "tag", "mark"),
)
"""What the scenes answer; the registry's own bodies compute the rest."""


def scene_toolbox(scenes: Sequence[Scene], words: frozenset[str]) -> Toolbox:
    """A toolbox that sees some scenes.

    Args:
        scenes: each with another number.
        words: the nouns and qualities that its finder knows, besides those of the scenes.
    """
    spec = BackendSpec("scene")
    profile = Profile("scene", "Answers from descriptions", dict.fromkeys(TOOLS, spec))
    toolbox = Toolbox(profile, _registry(), None)
    toolbox.host = _SceneHost(SceneTools(scenes, words, toolbox))
    return toolbox


@cache
def _registry() -> Registry:
    """The contracts, read once for the many toolboxes of a measurement."""
    return Registry.standard()


class _SceneHost(ModelHost):
    """Gives every tool the same backend."""

    def __init__(self, served: SceneTools) -> None:
        super().__init__()
        self._served = served

    def get(self, spec: BackendSpec, tools: Tools) -> Any:
        """The scenes, whatever the spec."""
        return self._served


class SceneTools:
    """Answers from scenes. Edits return the same pixels under a digest that says what was done."""

    def __init__(self, scenes: Sequence[Scene], words: frozenset[str], tools: Tools) -> None:
        self._scenes: Mapping[int, Scene] = {scene.number: scene for scene in scenes}
        self._words = words
        self._selector = PhraseSelector(tools)

    def find(self, image: Image, query: str) -> list[Region]:
        """The things that any phrase of the query names; words before the noun don't narrow it."""
        parts = [one for one in re.split(r",|\band\b|\bor\b", query.lower()) if one.strip()]
        if not parts:
            raise ToolError("the query names nothing")
        meant = frozenset(label for one in parts for label in self._meant(one.strip()))
        return [region for region in self.list_objects(image) if region.label in meant]

    def list_objects(self, image: Image) -> list[Region]:
        """All things in the part of the scene that the picture shows."""
        part, scene = self._seen(image)
        return [
            Region(image, part.inside(thing.box), thing.label, _score(at))
            for at, thing in enumerate(scene.things)
            if part.shows(thing.box)
        ]

    def find_faces(self, image: Image) -> list[Region]:
        """The faces of the people."""
        part, scene = self._seen(image)
        return [
            Region(image, part.inside(thing.face), "face", _score(at))
            for at, thing in enumerate(scene.things)
            if thing.face is not None and part.shows(thing.face)
        ]

    def pose(self, image: Image) -> list[Region]:
        """The people with the points of their bodies, in pixels of the scene."""
        part, scene = self._seen(image)
        return [
            Region(image, part.inside(one.box), "person", _score(at), keypoints=one.keypoints)
            for at, one in enumerate(scene.things)
            if one.keypoints and part.shows(one.box)
        ]

    def read_text(self, image: Image) -> list[Region]:
        """The lines of text."""
        part, scene = self._seen(image)
        return [
            Region(image, part.inside(box), "text", text=text)
            for box, text in scene.texts
            if part.shows(box)
        ]

    def segment(
        self, image: Image, regions: Region | Sequence[Region] | None = None
    ) -> list[Region]:
        """The regions as they are: scenes have no masks."""
        if regions is None:
            return self.list_objects(image)
        return [regions] if isinstance(regions, Region) else list(regions)

    def select(
        self, regions: Region | Sequence[Region], query: str, category: str | None = None
    ) -> list[Region]:
        """As the embedded profile does; qualities that only a model could judge are known here."""
        if query.lower() in self._words:
            some = [regions] if isinstance(regions, Region) else list(regions)
            return [one for one in some if query.lower() in self._thing(one).qualities]
        return self._selector.select(regions, query, category)

    def color_of(self, region: Image | Region) -> str:
        """The colour of the thing at a region."""
        return "grey" if isinstance(region, Image) else self._thing(region).color

    def blur_background(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """Marked as done."""
        return _edited("blur_background", image, regions)

    def blur(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """Marked as done."""
        return _edited("blur", image, regions)

    def color_pop(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """Marked as done."""
        return _edited("color_pop", image, regions)

    def remove(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """Marked as done."""
        return _edited("remove", image, regions)

    def emoji(self, image: Image, regions: Region | Sequence[Region], emoji: str) -> Image:
        """Marked as done."""
        return _edited(f"emoji {emoji}", image, regions)

    def tag(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """Marked as done."""
        return _edited("tag", image, regions)

    def mark(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """Marked as done, in this order."""
        return _edited("mark", image, regions, ordered=True)

    def _meant(self, words: str) -> frozenset[str]:
        """The labels that a phrase means: by all its words, or without the first ones."""
        parts = re.sub(r"^(the|a|an|any|all)\s+", "", words).split()
        for start in range(len(parts)):
            phrase = " ".join(parts[start:])
            labels = labels_meant(phrase)
            if len(labels) > 1 or singular_of(phrase) in self._words or _is_noun(phrase):
                return labels
        raise NotOfferedError(f"the scene doesn't know {words!r}")

    def _seen(self, image: Image) -> tuple[Part, Scene]:
        part = Part.of(image)
        return part, self._scenes[part.number]

    def _thing(self, region: Region) -> Thing:
        """The thing at a region; of another region, a grey one."""
        part, scene = self._seen(region.image)
        same = (one for one in scene.things if part.inside(one.box) == region.box)
        return next(same, Thing(region.label, region.box))


@cache
def _is_noun(phrase: str) -> bool:
    return any(phrase in (noun.singular, noun.plural) for some in nouns().values() for noun in some)


def _score(position: int) -> float:
    return 0.99 - position / 100


def _edited(
    what: str, image: Image, regions: Region | Sequence[Region], *, ordered: bool = False
) -> Image:
    """The picture under the digest of what was done, to which regions, before what came after."""
    some = [regions] if isinstance(regions, Region) else list(regions)
    boxes: list[Box] = [one.box for one in some]
    places = [str(box.xyxy) for box in boxes]
    done = f"{what} {image.digest} {places if ordered else sorted(set(places))}"
    pixels = image.pixels
    return Image(image.size, what, lambda: pixels, blake3(done.encode()).hexdigest())
