"""Counting, and where regions lie. Positions are of box centres; y grows downwards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from ..contract import tool
from ..errors import ToolError
from ..values import Box, DepthMap, Image, ImageLike, Region
from ..values.depth_of_region import middle_depth

Side = Literal["left", "right", "top", "bottom"]


@tool()
def count(regions: Region | Sequence[Region]) -> int:
    """Counts regions.

    Args:
        regions: the regions; a single one counts as 1.

    Returns:
        How many there are.
    """
    return 1 if isinstance(regions, Region) else len(regions)


@tool()
def exists(regions: Region | Sequence[Region]) -> bool:
    """Says whether there is any region.

    Args:
        regions: the regions; a single one is one.

    Returns:
        True unless the list is empty.
    """
    return count(regions) > 0


@tool()
def half(image: ImageLike, side: Side) -> Region:
    """Gives one half of a picture as a region.

    Args:
        image: the picture.
        side: which half.

    Returns:
        The region of that half.
    """
    picture = as_image(image)
    width, height = float(picture.width), float(picture.height)
    boxes: dict[Side, Box] = {
        "left": Box(0, 0, width / 2, height),
        "right": Box(width / 2, 0, width, height),
        "top": Box(0, 0, width, height / 2),
        "bottom": Box(0, height / 2, width, height),
    }
    return Region(picture, boxes[side], f"{side} half")


@tool()
def overlap(a: Region, b: Region) -> float:
    """Says which share of a region's box lies inside another's.

    Args:
        a: the region whose share is measured.
        b: the other region.

    Returns:
        0 (apart) to 1 (`a` lies inside `b`).
    """
    width = min(a.box.right, b.box.right) - max(a.box.left, b.box.left)
    height = min(a.box.bottom, b.box.bottom) - max(a.box.top, b.box.top)
    if width <= 0 or height <= 0 or a.box.area == 0:
        return 0.0
    return min(width * height / a.box.area, 1.0)


@tool()
def distance(a: Region, b: Region, depths: DepthMap | None = None) -> float:
    """Measures how far apart two regions are in the picture.

    Args:
        a: a region.
        b: another region of the same picture.
        depths: the picture's depth map: what lies behind something is then apart from it.

    Returns:
        Pixels between the centres of their boxes. With a depth map also in depth, as if the map's
        nearest and farthest place were as far apart as the picture is long.
    """
    across, down = a.box.x - b.box.x, a.box.y - b.box.y
    if depths is None:
        return math.hypot(across, down)
    low, high = float(depths.array.min()), float(depths.array.max())
    between = (middle_depth(depths, a) - middle_depth(depths, b)) / max(high - low, 1e-12)
    return math.hypot(across, down, between * max(depths.width, depths.height))


@tool()
def nearest(regions: Sequence[Region], to: Region, depths: DepthMap | None = None) -> Region:
    """Picks the region that is closest to another one in the picture.

    Args:
        regions: the regions to choose from.
        to: the other region; it is never chosen itself.
        depths: the picture's depth map, for what is closest in depth too; see `distance`.

    Returns:
        The region whose centre is closest.

    Raises:
        ToolError: there is no other region.
    """
    others = [region for region in regions if region != to]
    if not others:
        raise ToolError("nearest has no regions to choose from", hint="test with exists first")
    return min(others, key=lambda region: distance(region, to, depths))


@tool()
def left_of(a: Region, b: Region) -> bool:
    """Says whether a region is to the left of another.

    Args:
        a: the region in question.
        b: the region that it is compared with.

    Returns:
        True when the centre of `a` is farther left.
    """
    return a.box.x < b.box.x


@tool()
def right_of(a: Region, b: Region) -> bool:
    """Says whether a region is to the right of another.

    Args:
        a: the region in question.
        b: the region that it is compared with.

    Returns:
        True when the centre of `a` is farther right.
    """
    return a.box.x > b.box.x


@tool()
def above(a: Region, b: Region) -> bool:
    """Says whether a region is above another.

    Args:
        a: the region in question.
        b: the region that it is compared with.

    Returns:
        True when the centre of `a` is higher up.
    """
    return a.box.y < b.box.y


@tool()
def below(a: Region, b: Region) -> bool:
    """Says whether a region is below another.

    Args:
        a: the region in question.
        b: the region that it is compared with.

    Returns:
        True when the centre of `a` is lower down.
    """
    return a.box.y > b.box.y


def as_image(image: ImageLike) -> Image:
    """`image` as the toolbox hands it over: it has opened paths and converted arrays by then."""
    if not isinstance(image, Image):
        raise ToolError(
            f"this tool was called directly with a {type(image).__name__}",
            hint="call it through a toolbox, which opens pictures",
        )
    return image


def regions_in(regions: Region | Sequence[Region]) -> list[Region]:
    """A region or several, as a list."""
    return [regions] if isinstance(regions, Region) else list(regions)
