"""How far a region is, by the depth map of its picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError
from .depth import DepthMap
from .region import Region


def middle_depth(depths: DepthMap, region: Region) -> float:
    """The median depth of a region: of its mask's pixels where it has one, else of its box's.

    Raises:
        ToolError: the region lies in a picture of another size, or has no pixels.
    """
    if region.image.size != (depths.width, depths.height):
        raise ToolError(
            f"a region of a {region.image.width}x{region.image.height} picture has no place in "
            f"this one of {depths.width}x{depths.height}",
            hint="give a region that was found in the same picture",
        )
    left, top, right, bottom = region.box.to_pixels(region.image.size)
    inside: NDArray[np.float32] = depths.array[top:bottom, left:right]
    if region.mask is not None and region.mask.area:
        inside = depths.array[region.mask.array]
    return float(np.median(inside))
