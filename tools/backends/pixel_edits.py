"""Edits that need no generative model: background, colours, removal, emoji."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError
from ..values import Image, Region
from ..values.image import Pixels
from . import BackendSpec, Tools
from .blending import blended, feathered
from .emojis import emoji_picture, find_emoji
from .given_regions import distinct_regions
from .inpainting import fill

BLUR = 1 / 40
"""Deviation of the background's blur, in shorter sides of the picture."""

BLURRED_CELLS = 6
"""Cells that the longer side of a blurred region keeps. Averages can't be undone, as a Gaussian
blur can; faces were told apart at 16 by 16 cells (Harmon and Julesz, 1973)."""

HIDDEN_MARGIN = 0.01
"""How much around a blurred region is blurred with it, in shorter sides of the picture."""

EMOJI_SCALE = 1.2
"""Side of an emoji, in longer sides of the box that it covers: its corners are transparent."""

REMOVED_MARGIN = 0.04
"""How much around a mask goes with it, in longer sides of its box: soft edges and shadows."""

_BLURRED_AT = 4.0
"""Deviation at which a blur is computed; stronger ones on a smaller picture."""


def load(spec: BackendSpec, tools: Tools) -> PixelEdits:
    """The backend; it has no options, and calls `segment` for regions without a mask."""
    spec.only()
    return PixelEdits(tools)


class PixelEdits:
    """Serves `blur_background`, `blur`, `color_pop`, `remove` and `emoji`."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def blur_background(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """The picture with everything but the regions blurred.

        Raises:
            ToolError: there are no regions, too many, or some of another picture.
        """
        keep = self._mask(image, _given("blur_background", "keep sharp", image, regions))
        soft = feathered(keep)
        return Image.from_array(
            blended(image.pixels, _background(image.pixels, keep), soft),
            f"blurred background of {image.origin}",
        )

    def blur(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """The picture with the regions blurred beyond recognition.

        Raises:
            ToolError: there are no regions, too many, or some of another picture.
        """
        pixels = image.pixels.copy()
        for region in _given("blur", "blur", image, regions):
            _hide(pixels, region)
        return Image.from_array(pixels, f"{image.origin} with parts blurred")

    def color_pop(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """The picture with everything but the regions grey.

        Raises:
            ToolError: there are no regions, too many, or some of another picture.
        """
        soft = feathered(self._mask(image, _given("color_pop", "keep in colour", image, regions)))
        grey = cv2.cvtColor(cv2.cvtColor(image.pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        return Image.from_array(
            blended(image.pixels, grey.astype(np.uint8), soft), f"color pop of {image.origin}"
        )

    def remove(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """The picture without the regions.

        Raises:
            ToolError: there are no regions, too many, or some of another picture, or they fill the
                whole picture.
        """
        hole = np.zeros((image.height, image.width), dtype=np.bool_)
        for region in self._masked(image, _given("remove", "take out", image, regions)):
            assert region.mask is not None
            hole |= _widened(region.mask.array, REMOVED_MARGIN * max(region.width, region.height))
        if hole.all():
            raise ToolError(
                "remove has nothing to fill the picture from: the regions cover all of it",
                hint="remove smaller regions",
            )
        return Image.from_array(fill(image.pixels, hole), f"{image.origin} with parts removed")

    def emoji(self, image: Image, regions: Region | Sequence[Region], emoji: str) -> Image:
        """The picture with an emoji over each region.

        Raises:
            ToolError: there are no regions, too many, or some of another picture, or no such emoji.
        """
        characters = find_emoji(emoji)
        pixels = image.pixels.copy()
        for region in _given("emoji", "cover", image, regions):
            left, top, right, bottom = region.box.to_pixels(image.size)
            side = max(round(EMOJI_SCALE * max(right - left, bottom - top)), 1)
            corner = (left + right - side) // 2, (top + bottom - side) // 2
            _paste(pixels, emoji_picture(characters, side), corner)
        return Image.from_array(pixels, f"emoji on {image.origin}")

    def _masked(self, image: Image, chosen: Sequence[Region]) -> list[Region]:
        """The regions, each with a mask."""
        bare = [region for region in chosen if region.mask is None]
        masks = iter(self._tools.call("segment", image, bare) if bare else [])
        return [region if region.mask is not None else next(masks) for region in chosen]

    def _mask(self, image: Image, chosen: Sequence[Region]) -> NDArray[np.bool_]:
        """Which pixels belong to any of the regions."""
        union = np.zeros((image.height, image.width), dtype=np.bool_)
        for region in self._masked(image, chosen):
            assert region.mask is not None
            union |= region.mask.array
        return union


def _given(
    tool: str, purpose: str, image: Image, regions: Region | Sequence[Region]
) -> list[Region]:
    """The regions of an edit: to edit nothing, or all else, is hardly what was asked for."""
    chosen = distinct_regions(image, regions)
    if not chosen:
        raise ToolError(
            f"{tool} has nothing to {purpose}: the list of regions is empty",
            hint="test with exists first, and say what is missing",
        )
    return chosen


def _background(pixels: Pixels, keep: NDArray[np.bool_]) -> Pixels:
    """The blurred background; what is kept doesn't shine into it.

    Normalised convolution (Knutsson and Westin, 1993): the kept pixels have no weight.
    """
    height, width = keep.shape
    deviation = max(BLUR * min(height, width), 1.0)
    factor = min(_BLURRED_AT / deviation, 1.0)
    size = max(round(width * factor), 1), max(round(height * factor), 1)
    hidden = _widened(keep, 0.25 * deviation)
    weight = cv2.resize((~hidden).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    kernel = deviation * factor
    weight = np.maximum(weight, 1e-4)
    total = cv2.GaussianBlur(small * weight[..., None], (0, 0), kernel)
    smooth = total / cv2.GaussianBlur(weight, (0, 0), kernel)[..., None]
    smooth = np.rint(np.clip(smooth, 0, 255)).astype(np.uint8)
    return cv2.resize(smooth, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def _hide(pixels: Pixels, region: Region) -> None:
    """Averages a region, and a little around it, in a few smooth cells."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = region.box.to_pixels((width, height))
    if left >= right or top >= bottom:
        return
    margin = max(round(HIDDEN_MARGIN * min(height, width)), 4)
    rows = slice(max(top - margin, 0), bottom + margin)
    columns = slice(max(left - margin, 0), right + margin)
    part = pixels[rows, columns]
    hidden = np.zeros(part.shape[:2], dtype=np.bool_)
    inside = hidden[top - rows.start :, left - columns.start :][: bottom - top, : right - left]
    inside[:] = True if region.mask is None else region.mask.array[top:bottom, left:right]
    # Wider than the soft edge, which would let some of the region through.
    hidden = _widened(hidden, margin / 2)
    scale = min(BLURRED_CELLS / max(hidden.shape), 1.0)
    size = max(round(hidden.shape[1] * scale), 1), max(round(hidden.shape[0] * scale), 1)
    cells = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(cells, hidden.shape[::-1], interpolation=cv2.INTER_CUBIC)
    pixels[rows, columns] = blended(smooth.astype(np.uint8), part, feathered(hidden))


def _widened(mask: NDArray[np.bool_], pixels: float) -> NDArray[np.bool_]:
    """A mask grown by so many pixels, at least one."""
    if not mask.any():
        return mask
    reach = max(round(pixels), 1)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    window = np.s_[
        max(int(rows[0]) - reach, 0) : int(rows[-1]) + reach + 1,
        max(int(columns[0]) - reach, 0) : int(columns[-1]) + reach + 1,
    ]
    outside = np.pad((~mask[window]).astype(np.uint8), 1, constant_values=1)
    distance = cv2.distanceTransform(outside, cv2.DIST_L2, 3)
    grown = np.zeros_like(mask)
    grown[window] = distance[1:-1, 1:-1] <= reach
    return grown


def _paste(pixels: Pixels, picture: NDArray[np.uint8], corner: tuple[int, int]) -> None:
    """Lays an RGBA picture over pixels; what reaches over the edge is cut off."""
    left, top = max(corner[0], 0), max(corner[1], 0)
    right = min(corner[0] + picture.shape[1], pixels.shape[1])
    bottom = min(corner[1] + picture.shape[0], pixels.shape[0])
    if left >= right or top >= bottom:
        return
    part = picture[top - corner[1] : bottom - corner[1], left - corner[0] : right - corner[0]]
    under = pixels[top:bottom, left:right]
    pixels[top:bottom, left:right] = blended(
        np.ascontiguousarray(part[..., :3]), under, np.ascontiguousarray(part[..., 3])
    )
