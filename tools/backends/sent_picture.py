"""`SentPicture`: a picture as a remote model gets it; its boxes back in the original's pixels."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Literal

import PIL.Image

from ..errors import InputError
from ..values import Box, Image

JPEG_QUALITY = 90
SLACK = 0.02
"""How far outside of the picture a side of a box may lie, in sides: models round."""


@dataclass(frozen=True)
class SentPicture:
    """A picture as it is sent.

    Args:
        file: a JPEG or PNG file, whichever is smaller.
        kind: "image/jpeg" or "image/png".
        size: (width, height) in pixels as sent.
        original: (width, height) of the picture that it is made from.
    """

    file: bytes
    kind: str
    size: tuple[int, int]
    original: tuple[int, int]

    @classmethod
    def of(cls, image: Image, max_side: int) -> SentPicture:
        """A picture, made smaller where its longer side has more than `max_side` pixels."""
        factor = min(max_side / max(image.size), 1.0)
        width, height = (max(round(side * factor), 1) for side in image.size)
        picture = image.to_pil()
        if factor < 1:
            picture = picture.resize((width, height), PIL.Image.Resampling.LANCZOS)
        # Colours in full resolution: thin coloured text would be smeared.
        jpeg = _file(picture, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        png = _file(picture, "PNG")
        file, kind = (png, "image/png") if len(png) <= len(jpeg) else (jpeg, "image/jpeg")
        return cls(file, kind, (width, height), image.size)

    @property
    def data_uri(self) -> str:
        """The file as a `data:` URI."""
        return f"data:{self.kind};base64,{base64.b64encode(self.file).decode()}"

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        unit: Literal["thousandths", "pixels"] = "pixels",
    ) -> Box:
        """A model's box, in pixels of the original.

        Raises:
            InputError: it lies outside of the picture, or is empty.
        """
        width, height = (1000, 1000) if unit == "thousandths" else self.size
        x = [one / width for one in (left, right)]
        y = [one / height for one in (top, bottom)]
        if not all(-SLACK <= one <= 1 + SLACK for one in (*x, *y)):
            raise InputError(f"the box {(left, top, right, bottom)} lies outside of the picture")
        across, down = self.original
        box = Box(x[0] * across, y[0] * down, x[1] * across, y[1] * down).clipped(self.original)
        if box.area == 0:
            raise InputError(f"the box {(left, top, right, bottom)} is empty")
        return box


def _file(picture: PIL.Image.Image, kind: str, **how: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **how)
    return buffer.getvalue()
