"""Previews: pictures small enough for a client, each with its scale."""

from __future__ import annotations

import base64
import io
import threading
from collections import OrderedDict
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
MAX_KEPT = 64
"""Previews that are kept, of some 100 kB each."""
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


class Previews:
    """Makes previews, and keeps the last ones: clients come back to the same pictures."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, tuple[int, int]], str] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, pictures: Sequence[Image | DepthMap], budget: int) -> list[Preview]:
        """Previews that together take at most `budget` bytes; fewer when they would be tiny."""
        shown = pictures[:MAX_PREVIEWS]
        made: list[Preview] = []
        for place, picture in enumerate(shown):
            share = budget // (len(shown) - place)
            preview = self._preview(picture, share)
            if preview is None:
                break
            made.append(preview)
            budget -= len(preview.jpeg)
        return made

    def _preview(self, picture: Image | DepthMap, budget: int) -> Preview | None:
        """The largest preview, halved until it fits; None when it would be too small to see."""
        longer = max(picture.width, picture.height)
        side = min(MAX_SIDE, longer)
        while True:
            scale = side / longer
            size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
            jpeg = self._jpeg(picture, size)
            if len(jpeg) <= budget:
                return Preview(picture.digest, *size, scale, jpeg)
            if side <= MIN_SIDE:
                return None
            side = max(side // 2, MIN_SIDE)

    def _jpeg(self, picture: Image | DepthMap, size: tuple[int, int]) -> str:
        key = (picture.digest, size)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        pixels = picture.pixels if isinstance(picture, Image) else picture.to_grey()
        jpeg = _encoded(pixels, size)
        with self._lock:
            self._kept[key] = jpeg
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return jpeg


def _encoded(pixels: NDArray[np.uint8], size: tuple[int, int]) -> str:
    picture = PIL.Image.fromarray(pixels)
    if picture.size != size:
        picture = picture.resize(size, PIL.Image.Resampling.BILINEAR, reducing_gap=2.0)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return base64.b64encode(buffer.getvalue()).decode()
