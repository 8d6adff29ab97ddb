"""`Thumbnails`: small copies of a run's pictures, each in the page once, as data."""

from __future__ import annotations

import base64
import io
from collections.abc import MutableMapping
from dataclasses import dataclass

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from ...tools.values import DepthMap, Image

MAX_WIDTH, MAX_HEIGHT = 480, 420
MIN_SIDE = 40
MAX_THUMBNAILS = 80
QUALITY = 82
_KIND = f"jpeg-{QUALITY}-{MAX_WIDTH}x{MAX_HEIGHT}"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture in the page.

    Args:
        id: what the page calls it.
        width, height: its size on the page; overlays are drawn in this space.
        scale: size on the page over size in pixels.
        data: a `data:` URI.
    """

    id: str
    width: int
    height: int
    scale: float
    data: str


class Thumbnails:
    """The thumbnails of a page, by the digest of the picture; at most `MAX_THUMBNAILS`.

    Args:
        kept: those of earlier pages, and those of this page for later ones: a picture whose
            thumbnail is there need not be decoded.
    """

    def __init__(self, kept: MutableMapping[str, str] | None = None) -> None:
        self._kept: MutableMapping[str, str] = {} if kept is None else kept
        self._made: dict[str, Thumbnail] = {}

    def of(self, picture: Image | DepthMap) -> Thumbnail | None:
        """The thumbnail of a picture or depth map; None when the page has too many already."""
        made = self._made.get(picture.digest)
        if made is not None or len(self._made) >= MAX_THUMBNAILS:
            return made
        scale = _scale_of(picture.width, picture.height)
        size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
        key = f"{picture.digest}-{_KIND}"
        data = self._kept.get(key)
        if data is None:
            pixels = picture.pixels if isinstance(picture, Image) else picture.to_grey()
            data = self._kept[key] = _jpeg(pixels, size if scale < 1 else None)
        self._made[picture.digest] = Thumbnail(f"p{len(self._made) + 1}", *size, scale, data)
        return self._made[picture.digest]

    @property
    def all(self) -> list[Thumbnail]:
        """Every thumbnail that was asked for."""
        return list(self._made.values())


def _scale_of(width: int, height: int) -> float:
    """Small enough for the page, and not too small to see."""
    enlarged = max(1.0, MIN_SIDE / min(width, height))
    return min(MAX_WIDTH / width, MAX_HEIGHT / height, enlarged)


def _jpeg(pixels: NDArray[np.uint8], size: tuple[int, int] | None) -> str:
    picture = PIL.Image.fromarray(pixels)
    if size is not None:
        picture = picture.resize(size, PIL.Image.Resampling.BILINEAR, reducing_gap=2.0)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return data_uri("image/jpeg", buffer.getvalue())


def data_uri(kind: str, data: bytes) -> str:
    """A file inside the page."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
