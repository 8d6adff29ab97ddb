"""The regions that an edit or a segmenter was given: each once, all of the same picture."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ToolError
from ..library.geometry import regions_in
from ..values import Image, Region

MOST_REGIONS = 500
"""Regions that one call works on: the slowest, `segment`, takes some 50 ms for each."""


def distinct_regions(image: Image, regions: Region | Sequence[Region]) -> list[Region]:
    """The regions without those that are equal to an earlier one, in their order.

    Raises:
        ToolError: one belongs to a picture of another size, or they are more than `MOST_REGIONS`.
    """
    chosen = list(dict.fromkeys(regions_in(regions)))
    for region in chosen:
        if region.image.size != image.size:
            raise ToolError(
                f"a region of a {region.image.width}x{region.image.height} picture has no place in "
                f"this one of {image.width}x{image.height}",
                hint="give regions that were found in the same picture",
            )
    if len(chosen) > MOST_REGIONS:
        raise ToolError(
            f"{len(chosen)} regions are too many for one call",
            hint=f"give at most {MOST_REGIONS}: the first ones with [:{MOST_REGIONS}]",
        )
    return chosen
