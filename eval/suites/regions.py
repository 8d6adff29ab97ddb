"""The regions that an answer consists of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from ...agent.runs.step import Step
from ...agent.runs.summary import read_run
from ...tools.values import Image, Region
from ..metrics.tagging import Tag
from .suite import Given

TAG = "tag"


def regions_in(given: Given) -> list[Region]:
    """The regions of an answer, the surest first: its own, or those that were drawn into it.

    A planner that is asked where something is may answer with a picture in which the tool `tag`
    has drawn the regions: these are then what it found.

    Raises:
        InputError: the answer's run is gone.
    """
    found: object = given.value
    if isinstance(found, Image) and given.run:
        found = drawn_in(read_run(Path(given.run)).steps, found)
    several = cast("list[Any]", found) if isinstance(found, list) else [found]
    regions = [one for one in several if isinstance(one, Region)]
    return sorted(regions, key=lambda one: -one.score)


def drawn_in(steps: Sequence[Step], picture: object) -> object:
    """The regions that a step with the tool `tag` has drawn into a picture; [] where none has."""
    drawn = [one for one in steps if one.tool == TAG and one.result == picture]
    return drawn[-1].arguments["regions"] if drawn else []


def tags_in(given: Given) -> list[Tag]:
    """The names and boxes of an answer's regions, the surest first.

    Raises:
        InputError: the answer's run is gone.
    """
    return [Tag(one.label, one.box) for one in regions_in(given)]
