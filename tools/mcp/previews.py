"""Previews: pictures small enough for a client, each with its scale."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from ..values import DepthMap, Image

MAX_SIDE = 1024
"""The longer side of a preview, in pixels; what vision models look at."""

MIN_SIDE = 64
MAX_PREVIEWS = 8
QUALITY = 80


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture for the client.

    Args:
        artifact: the full picture's id.
        width, height: its own size in pixels.
        scale: its size over that of the full picture.
        jpeg: its file, base64.
    """

    artifact: str
    width: int
    height: int
    scale: float
    jpeg: str


def previews_of(pictures: Sequence[Image | DepthMap], budget: int) -> list[Preview]:
    """Previews that together take at most `budget` bytes; fewer when they would be tiny."""
    shown = pictures[:MAX_PREVIEWS]
    made: list[Preview] = []
    for place, picture in enumerate(shown):
        share = budget // (len(shown) - place)
        preview = _preview(picture, share)
        if preview is None:
            break
        made.append(preview)
        budget -= len(preview.jpeg)
    return made


def _preview(picture: Image | DepthMap, budget: int) -> Preview | None:
    """The largest preview, halved until it fits; None when it would be too small to see."""
    pixels = picture.pixels if isinstance(picture, Image) else picture.to_grey()
    longer = max(picture.width, picture.height)
    side = min(MAX_SIDE, longer)
    while True:
        scale = side / longer
        size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
        jpeg = _jpeg(pixels, size)
        if len(jpeg) <= budget:
            return Preview(picture.digest, *size, scale, jpeg)
        if side <= MIN_SIDE:
            return None
        side = max(side // 2, MIN_SIDE)


def _jpeg(pixels: NDArray[np.uint8], size: tuple[int, int]) -> str:
    picture = PIL.Image.fromarray(pixels)
    if picture.size != size:
        picture = picture.resize(size, PIL.Image.Resampling.BILINEAR, reducing_gap=2.0)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return base64.b64encode(buffer.getvalue()).decode()
