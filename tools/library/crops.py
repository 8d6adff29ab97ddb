"""Parts of a picture, as pictures of their own."""

from __future__ import annotations

from collections.abc import Sequence

from ..contract import tool
from ..errors import ToolError
from ..values import Box, Image, ImageLike, Region
from .geometry import as_image, regions_in


@tool(reads_pixels=True, writes_image=True)
def crop(image: ImageLike, regions: Region | Sequence[Region], scale: float = 1.0) -> Image:
    """Cuts a region out of a picture.

    Args:
        image: the picture.
        regions: the region, or a list whose first counts; an empty list keeps the whole picture.
        scale: how much larger than the region's box to cut, 0.1 to 10; 1.5 adds half of it.

    Returns:
        The part inside the box, cut off at the picture's edges.
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
    """
    picture, box = _picture_and_box(image, regions)
    return _cut(picture, Box(0, 0, box.x, picture.height), "left") if box else picture


@tool(reads_pixels=True, writes_image=True)
def crop_right_of(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Keeps what is to the right of a region's centre.

    Args:
        image: the picture.
        regions: the region, or a list whose first counts; an empty list keeps the whole picture.

    Returns:
        The part of the picture on that side.
    """
    picture, box = _picture_and_box(image, regions)
    right = Box(box.x, 0, picture.width, picture.height) if box else None
    return _cut(picture, right, "right") if right else picture


@tool(reads_pixels=True, writes_image=True)
def crop_above(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Keeps what is above a region's centre.

    Args:
        image: the picture.
        regions: the region, or a list whose first counts; an empty list keeps the whole picture.

    Returns:
        The part of the picture on that side.
    """
    picture, box = _picture_and_box(image, regions)
    return _cut(picture, Box(0, 0, picture.width, box.y), "above") if box else picture


@tool(reads_pixels=True, writes_image=True)
def crop_below(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Keeps what is below a region's centre.

    Args:
        image: the picture.
        regions: the region, or a list whose first counts; an empty list keeps the whole picture.

    Returns:
        The part of the picture on that side.
    """
    picture, box = _picture_and_box(image, regions)
    lower = Box(0, box.y, picture.width, picture.height) if box else None
    return _cut(picture, lower, "below") if lower else picture


def _picture_and_box(
    image: ImageLike, regions: Region | Sequence[Region]
) -> tuple[Image, Box | None]:
    chosen = regions_in(regions)
    return as_image(image), chosen[0].box if chosen else None


def _cut(picture: Image, box: Box, what: str) -> Image:
    left, top, right, bottom = box.to_pixels(picture.size)
    return Image.from_array(picture.pixels[top:bottom, left:right], f"{what} of {picture.origin}")
