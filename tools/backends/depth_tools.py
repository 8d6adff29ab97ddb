"""`depth`, `crop_in_front_of` and `crop_behind` on any model that estimates depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..cancellation import current_cancellation
from ..errors import ToolError
from ..hosting.model import Hosted
from ..library.geometry import regions_in
from ..values import DepthMap, Image, Region
from ..values.depth import Unit
from ..values.depth_of_region import middle_depth
from ..values.image import Pixels
from . import Tools
from .detections import Floats

MOST_SLENDER = 20
"""How many times longer than wide a picture may be: a network's input keeps the shape."""

GREY = 128
"""What is put in place of the pixels that a crop leaves out."""


class Scale(NamedTuple):
    """What the numbers of a model mean.

    Args:
        unit: "metres", or "relative".
        larger_is_nearer: true for inverse depth.
    """

    unit: Unit
    larger_is_nearer: bool


METRES = Scale("metres", larger_is_nearer=False)
RELATIVE = Scale("relative", larger_is_nearer=True)


class DepthTools:
    """The tools, on a hosted model that makes (H, W) depths of (H, W, 3) pixels.

    Args:
        model: the model.
        scale: what its numbers mean.
        tools: for a depth map that is already there.
    """

    def __init__(self, model: Hosted[Pixels, Floats], scale: Scale, tools: Tools) -> None:
        self._model = model
        self._scale = scale
        self._tools = tools

    def depth(self, image: Image) -> DepthMap:
        """The depth of each pixel.

        Raises:
            ToolError: the picture is too long and thin.
        """
        current_cancellation().check()
        if max(image.size) > MOST_SLENDER * min(image.size):
            raise ToolError(
                f"depth can't be told in a picture of {image.width}x{image.height}",
                hint=f"crop it: at most {MOST_SLENDER} times longer than wide",
            )
        return DepthMap(self._model.run(image.pixels), *self._scale)

    def crop_in_front_of(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """The picture, grey where it is as far as the region or farther."""
        return self._kept(image, regions, "in front of", nearer=True)

    def crop_behind(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """The picture, grey where it is as near as the region or nearer."""
        return self._kept(image, regions, "behind", nearer=False)

    def _kept(
        self, image: Image, regions: Region | Sequence[Region], what: str, *, nearer: bool
    ) -> Image:
        chosen = regions_in(regions)
        if not chosen:
            return image
        offered = self._tools.offers("depth")
        depths: DepthMap = self._tools.call("depth", image) if offered else self.depth(image)
        middle = middle_depth(depths, chosen[0])
        larger = nearer == depths.larger_is_nearer
        kept = depths.array > middle if larger else depths.array < middle
        pixels = np.where(kept[:, :, None], image.pixels, np.uint8(GREY))
        return Image.from_array(pixels, f"{what} a region of {image.origin}")
