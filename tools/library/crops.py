"""Parts of a picture, as pictures of their own."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from ..contract import tool
from ..errors import ToolError
from ..values import Box, Image, ImageLike, Region
from .geometry import as_image, regions_in

_SIDES = MappingProxyType(
    {"left": "left of", "right": "right of", "above": "above", "below": "below"}
)


@tool(reads_pixels=True, writes_image=True)
def crop(image: ImageLike, regions: Region | Sequence[Region], scale: float = 1.0) -> Image:
    """Cuts a region out of a picture.

    Args:
        image: the picture.
        regions: the region, or a list whose first counts; an empty list keeps the whole picture.
        scale: how much larger than the region's box to cut, 0.1 to 10; 1.5 adds half of it.

    Returns:
        The part inside the box, cut off at the picture's edges.

    Raises:
        ToolError: the region lies outside the picture.
    """
    if not 0.1 <= scale <= 10:
        raise ToolError(f"crop can't scale by {scale:g}", hint="give a scale from 0.1 to 10")
    picture = as_image(image)
    chosen = regions_in(regions)
    return _cut(picture, chosen[0].box.scaled(scale), "crop") if chosen else picture


@tool(reads_pixels=True, writes_image=True)
def crop_left_of(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Keeps what is to the left of a region's centre.

    Args:
        image: the picture.
        regions: the region, or a list whose first counts; an empty list keeps the whole picture.

    Returns:
        The part of the picture on that side.

    Raises:
        ToolError: the region, or that side of it, lies outside the picture.
    """
    picture, box = _picture_and_box(image, regions)
    left = Box(0, 0, max(box.x, 0), picture.height) if box else None
    return _cut(picture, left, "left") if left else picture


@tool(reads_pixels=True, writes_image=True)
def crop_right_of(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Keeps what is to the right of a region's centre.

    Args:
        image: the picture.
        regions: the region, or a list whose first counts; an empty list keeps the whole picture.

    Returns:
        The part of the picture on that side.

    Raises:
        ToolError: the region, or that side of it, lies outside the picture.
    """
    picture, box = _picture_and_box(image, regions)
    right = Box(min(box.x, picture.width), 0, picture.width, picture.height) if box else None
    return _cut(picture, right, "right") if right else picture


@tool(reads_pixels=True, writes_image=True)
def crop_above(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Keeps what is above a region's centre.

    Args:
        image: the picture.
        regions: the region, or a list whose first counts; an empty list keeps the whole picture.

    Returns:
        The part of the picture on that side.

    Raises:
        ToolError: the region, or that side of it, lies outside the picture.
    """
    picture, box = _picture_and_box(image, regions)
    upper = Box(0, 0, picture.width, max(box.y, 0)) if box else None
    return _cut(picture, upper, "above") if upper else picture


@tool(reads_pixels=True, writes_image=True)
def crop_below(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Keeps what is below a region's centre.

    Args:
        image: the picture.
        regions: the region, or a list whose first counts; an empty list keeps the whole picture.

    Returns:
        The part of the picture on that side.

    Raises:
        ToolError: the region, or that side of it, lies outside the picture.
    """
    picture, box = _picture_and_box(image, regions)
    lower = Box(0, min(box.y, picture.height), picture.width, picture.height) if box else None
    return _cut(picture, lower, "below") if lower else picture


def _picture_and_box(
    image: ImageLike, regions: Region | Sequence[Region]
) -> tuple[Image, Box | None]:
    picture, chosen = as_image(image), regions_in(regions)
    if not chosen:
        return picture, None
    _check_inside(picture, chosen[0].box, "the region")
    return picture, chosen[0].box


def _check_inside(picture: Image, box: Box, what: str) -> None:
    if min(box.right, box.bottom) <= 0 or box.left >= picture.width or box.top >= picture.height:
        raise ToolError(
            f"{what} lies outside the picture of {picture.width}x{picture.height}",
            hint="give a region that was found in the same picture",
        )


def _cut(picture: Image, box: Box, what: str) -> Image:
    _check_inside(
        picture, box, "the region" if what == "crop" else f"what is {_SIDES[what]} the region"
    )
    left, top, right, bottom = box.to_pixels(picture.size)
    return Image.from_array(picture.pixels[top:bottom, left:right], f"{what} of {picture.origin}")
