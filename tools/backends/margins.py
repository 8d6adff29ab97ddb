"""Margins around slender pictures, which networks can't take as they are."""

from __future__ import annotations

import PIL.Image

from ..values import Image

MOST_SLENDER = 16
"""The longer side of a picture as a network sees it is at most so many times the shorter."""

COLOR = (124, 116, 104)
"""The mean colour of ImageNet: zero for most networks."""


def widened(image: Image) -> PIL.Image.Image:
    """A picture, with a grey margin at its right or below it where it is too slender.

    A strip of a few pixels vanishes when it is scaled, and has fewer places in a detector's feature
    maps than it has queries.
    """
    least = -(-max(image.size) // MOST_SLENDER)
    size = max(image.width, least), max(image.height, least)
    if size == image.size:
        return image.to_pil()
    canvas = PIL.Image.new("RGB", size, COLOR)
    canvas.paste(image.to_pil(), (0, 0))
    return canvas
