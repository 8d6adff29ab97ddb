"""Edits: each makes a new picture of the same size and leaves the old one as it was."""

from __future__ import annotations

from collections.abc import Sequence

from ..contract import by_backend, tool
from ..values import Image, ImageLike, Region


@tool(backend=True, reads_pixels=True, writes_image=True)
def blur_background(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Blurs everything but some regions.

    Args:
        image: the picture.
        regions: what stays sharp, at least one; regions without a mask are segmented first.

    Returns:
        The edited picture.

    Raises:
        ToolError: there are no regions: test with `exists` first.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True, writes_image=True)
def blur(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Blurs regions until nobody can tell what they show: faces, number plates, screens.

    What is all around them stays sharp; `blur_background` does the opposite.

    Args:
        image: the picture.
        regions: what to blur, at least one; of those without a mask, the whole box.

    Returns:
        The edited picture.

    Raises:
        ToolError: there are no regions: test with `exists` first.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True, writes_image=True)
def color_pop(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Turns everything but some regions grey.

    Args:
        image: the picture.
        regions: what keeps its colours, at least one; regions without a mask are segmented first.

    Returns:
        The edited picture.

    Raises:
        ToolError: there are no regions: test with `exists` first.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True, writes_image=True)
def remove(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Takes regions out of a picture and fills in what is around them.

    Args:
        image: the picture.
        regions: what goes, at least one; regions without a mask are segmented first.

    Returns:
        The edited picture.

    Raises:
        ToolError: there are no regions: test with `exists` first.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True, writes_image=True)
def replace(image: ImageLike, regions: Region | Sequence[Region], prompt: str) -> Image:
    """Replaces a region by something else (inpainting).

    Args:
        image: the picture.
        regions: what goes: the region, or a list, not empty, whose first counts.
        prompt: what to put there: "a red sports car".

    Returns:
        The edited picture.

    Raises:
        ToolError: there are no regions: test with `exists` first.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True, writes_image=True)
def edit(image: ImageLike, instruction: str) -> Image:
    """Changes a whole picture as an instruction says, by a generative model.

    Pixels that the instruction is not about may change a little too: `replace`, `remove` and the
    other edits leave them as they are.

    Args:
        image: the picture.
        instruction: what to change, as an order: "make it winter", "turn the photo into a sketch".

    Returns:
        The edited picture.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True, writes_image=True)
def emoji(image: ImageLike, regions: Region | Sequence[Region], emoji: str) -> Image:
    """Puts an emoji over regions, for example to hide faces.

    Args:
        image: the picture.
        regions: what to cover, at least one.
        emoji: an emoji's name ("smiling_face_with_sunglasses") or the character itself.

    Returns:
        The edited picture.

    Raises:
        ToolError: there are no regions: test with `exists` first.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True, writes_image=True)
def tag(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Draws regions' boxes and labels.

    Args:
        image: the picture.
        regions: what to label; an empty list leaves the picture as it is.

    Returns:
        The picture with boxes and labels.
    """
    return by_backend()


@tool(backend=True, reads_pixels=True, writes_image=True)
def mark(image: ImageLike, regions: Region | Sequence[Region]) -> Image:
    """Numbers regions from 1 in their order (Set-of-Mark, Yang et al., 2023).

    Args:
        image: the picture.
        regions: what to number; an empty list leaves the picture as it is.

    Returns:
        The picture with outlines and numbers.
    """
    return by_backend()
