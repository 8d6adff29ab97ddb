"""Tools whose results are silently wrong: one result of a run is corrupted on its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple, cast

from ...agent.graph.crosscheck import COLORS, LOOKS, READS, mirrored, mirrored_region, resized
from ...tools.backends.color_names import NAMES
from ...tools.cancellation import Cancellation
from ...tools.toolbox import Invocation, Toolbox
from ...tools.values import Box, Image, Region

Corruption = Callable[[object, Random], object]
"""Another result in the place of the right one."""


def lose_one(result: object, random: Random) -> object:
    """One region fewer."""
    regions = _regions(result)
    gone = random.randrange(len(regions))
    return [one for number, one in enumerate(regions) if number != gone]


def invent_one(result: object, random: Random) -> object:
    """One region more, of the same kind, at any place, seen surely."""
    first, *_ = regions = _regions(result)
    image = first.image
    left, top = random.uniform(0, image.width / 2), random.uniform(0, image.height / 2)
    box = Box(left, top, left + image.width / 4, top + image.height / 4)
    return [*regions, first.but(box=box, score=0.8, mask=None)]


def move_one(result: object, random: Random) -> object:
    """One region at the other side of its picture."""
    regions = _regions(result)
    number = random.randrange(len(regions))
    one = regions[number]
    box, width = one.box, one.image.width
    away = width - box.right if box.x < width / 2 else -box.left
    shift = away if abs(away) > box.width / 2 else box.width * (1 if box.x < width / 2 else -1)
    moved = Box(box.left + shift, box.top, box.right + shift, box.bottom)
    return [*regions[:number], one.but(box=moved, mask=None), *regions[number + 1 :]]


def misread(result: object, random: Random) -> object:
    """The letters of one line of text in another order."""
    regions = _regions(result)
    number = random.randrange(len(regions))
    letters = list(regions[number].text)
    while "".join(letters) == regions[number].text and len(set(letters)) > 1:
        random.shuffle(letters)
    garbled = regions[number].but(text="".join(letters))
    return [*regions[:number], garbled, *regions[number + 1 :]]


def miscount(result: object, random: Random) -> object:
    """A number that is off by one or two."""
    return cast("int", result) + random.choice((-1, 1, 2))


def contradict(result: object, random: Random) -> object:
    """The other truth."""
    return not result


def recolor(result: object, random: Random) -> object:
    """Another colour."""
    return random.choice([one for one in sorted(NAMES) if one != result])


def corruptions_of(tool: str, result: object) -> list[Corruption]:
    """How a result of a tool can be wrong."""
    if isinstance(result, bool):
        return [contradict]
    if isinstance(result, int):
        return [miscount]
    if isinstance(result, str) and tool == COLORS:
        return [recolor]
    items = cast("Sequence[object]", result) if isinstance(result, (list, tuple)) else ()
    if not items or not all(isinstance(one, Region) for one in items):
        return []
    return [lose_one, misread] if tool == READS else [lose_one, invent_one, move_one]


class _Target(NamedTuple):
    """The call whose result is corrupted, and the wrong result."""

    tool: str
    arguments: Mapping[str, object]
    wrong: object


class CorruptedTools(Toolbox):
    """The tools of another toolbox, one call of which gives a wrong result; see `corrupt`.

    Second looks are right: a fault that passes does not happen twice. Symbolic scenes can't be
    looked at in the mirror or in another size, so their second look is computed from the first one
    (`symbolic`).
    """

    def __init__(self, tools: Toolbox, symbolic: bool = False) -> None:
        super().__init__(tools.profile, tools.registry, tools.cache)
        self.host = tools.host
        self._symbolic = symbolic
        self._target: _Target | None = None
        self._views: dict[str, Image] = {}
        self._sides: dict[Region, Region] = {}

    def corrupt(self, tool: str, arguments: Mapping[str, object], wrong: object) -> None:
        """From now on, this call gives that result."""
        self._target = _Target(tool, dict(arguments), wrong)

    def mend(self) -> None:
        """From now on, every call gives its right result."""
        self._target = None

    def invoke(
        self,
        name: str,
        arguments: Mapping[str, object],
        *,
        cancellation: Cancellation | None = None,
    ) -> Invocation:
        """The result of a call, which may be the wrong one."""
        image, region = arguments.get("image"), arguments.get("region")
        if self._symbolic and isinstance(image, Image) and name in (*LOOKS, READS):
            if image.digest in self._views:
                return self._second_look(name, arguments, image)
            view = resized(image) if name == READS else mirrored(image)
            self._views[view.digest] = image
        if self._symbolic and isinstance(region, Region) and name == COLORS:
            if region in self._sides:
                arguments = {**arguments, "region": self._sides[region]}
            else:
                self._sides[mirrored_region(region)] = region
        made = super().invoke(name, arguments, cancellation=cancellation)
        target = self._target
        if target is not None and (name, dict(arguments)) == (target.tool, target.arguments):
            return made._replace(value=target.wrong)
        return made

    def _second_look(self, name: str, arguments: Mapping[str, object], view: Image) -> Invocation:
        """What is seen in the mirror, or in another size, of a scene."""
        first = self._views[view.digest]
        made = super().invoke(name, {**arguments, "image": first})
        regions = [one.but(image=view, box=_seen(one.box, first, view, name)) for one in made.value]
        return made._replace(value=regions)


def _seen(box: Box, first: Image, view: Image, name: str) -> Box:
    if name == READS:
        across, down = view.width / first.width, view.height / first.height
        return Box(box.left * across, box.top * down, box.right * across, box.bottom * down)
    return Box(first.width - box.right, box.top, first.width - box.left, box.bottom)


def _regions(result: object) -> list[Region]:
    return list(cast("list[Region]", result))
