"""Near and far."""

from __future__ import annotations

from collections.abc import Sequence

from ..contract import by_backend, tool
from ..values import DepthMap, Image, ImageLike, Region


@tool(backend=True, reads_pixels=True)
def depth(image: ImageLike) -> DepthMap:
    """Estimates how far each pixel is.

    Args:
        image: the picture.

    Returns:
        A depth map of the picture's size; its unit and direction are stated.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True, writes_image=True)
def crop_in_front_of(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Keeps the part of a picture that is nearer than a region, and greys out the rest.

    Args:
        image: the picture.
        regions: the region, or a list whose first counts; an empty list keeps the whole picture.

    Returns:
        A picture of the same size.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True, writes_image=True)
def crop_behind(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Keeps the part of a picture that is farther than a region, and greys out the rest.

    Args:
        image: the picture.
        regions: the region, or a list whose first counts; an empty list keeps the whole picture.

    Returns:
        A picture of the same size.
    """
    return by_backend()
