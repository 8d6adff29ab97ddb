"""Masks: which pixels belong to what."""

from __future__ import annotations

from collections.abc import Sequence

from ..contract import by_backend, tool
from ..values import ImageLike, Region


@tool(backend=True, reads_pixels=True)
def segment(image: ImageLike, regions: Region | Sequence[Region] | None = None) -> list[Region]:
    """Gives regions their masks; without regions, segments everything in the picture.

    Args:
        image: the picture.
        regions: the regions to give masks; leave it out for everything.

    Returns:
        The regions in the same order, each with a mask and, as `method`, how it was made.
    """
    return by_backend()
