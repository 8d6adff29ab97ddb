"""The regions that an answer consists of."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

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
        steps = read_run(Path(given.run)).steps
        drawn = [one for one in steps if one.tool == TAG and one.result == found]
        found = drawn[-1].arguments["regions"] if drawn else []
    several = cast("list[Any]", found) if isinstance(found, list) else [found]
    regions = [one for one in several if isinstance(one, Region)]
    return sorted(regions, key=lambda one: -one.score)


def tags_in(given: Given) -> list[Tag]:
    """The names and boxes of an answer's regions, the surest first.

    Raises:
        InputError: the answer's run is gone.
    """
    return [Tag(one.label, one.box) for one in regions_in(given)]
