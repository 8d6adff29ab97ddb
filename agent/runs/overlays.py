"""Regions drawn over a thumbnail: boxes, labels and points as SVG, masks as one small PNG."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import PIL.Image

from ...tools.values import Box, Region, digest_of
from .thumbnails import Thumbnail, data_uri

COLORS = ("#2f7de1", "#d9480f", "#0f8a5f", "#9c36b5", "#b08900", "#c2255c", "#0b7285", "#5c6b1a")
"""The colours of regions, by label; white text is readable on each of them."""

MAX_DRAWN = 60
FONT, CHIP = 14, 20
"""Size of a label's letters and height of its ground, in the space of the thumbnail."""

MASK_OPACITY = 110
_MAX_LETTERS = 28


@dataclass(frozen=True, slots=True)
class Label:
    """A word on its ground; `text_width` is the width that the letters are fitted to."""

    text: str
    left: float
    top: float
    width: float
    text_width: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A region as it is drawn, in the space of the thumbnail."""

    left: float
    top: float
    width: float
    height: float
    color: int
    label: Label | None
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What lies over a thumbnail.

    Args:
        id: what the page calls it.
        thumbnail: what it lies over.
        marks: the regions.
        masks: a `data:` URI, or empty.
    """

    id: str
    thumbnail: Thumbnail
    marks: tuple[Mark, ...]
    masks: str


class Overlays:
    """The overlays of a page; regions that are shown again are drawn once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Overlay] = {}

    def of(self, regions: Sequence[Region], thumbnail: Thumbnail) -> Overlay:
        """The overlay of regions of one picture."""
        key = (thumbnail.id, digest_of(list(regions)))
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = overlay_of(regions, thumbnail, f"o{len(self._made) + 1}")
        return made

    @property
    def all(self) -> list[Overlay]:
        """Every overlay that was asked for."""
        return list(self._made.values())


def overlay_of(regions: Sequence[Region], thumbnail: Thumbnail, name: str) -> Overlay:
    """Draws the regions of one picture; a label that would cover another is left out."""
    drawn = regions[:MAX_DRAWN]
    palette = colors_of(regions)
    frame = Box(0, 0, thumbnail.width, thumbnail.height)
    placed: list[Box] = []
    marks: list[Mark] = []
    for region in drawn:
        box = _scaled(region.box, thumbnail.scale, frame)
        marks.append(
            Mark(
                *(box.left, box.top, box.width, box.height),
                color=palette[region.label],
                label=_place(name_of(region), box, frame, placed),
                points=_points(region, thumbnail),
            )
        )
    return Overlay(name, thumbnail, tuple(marks), _masks(drawn, thumbnail, palette))


def colors_of(regions: Sequence[Region]) -> dict[str, int]:
    """The index in `COLORS` of each label, in the order in which labels come."""
    labels = dict.fromkeys(region.label for region in regions)
    return {label: index % len(COLORS) for index, label in enumerate(labels)}


def name_of(region: Region) -> str:
    """What a region is called in the page: what is written there, or what it is."""
    return region.text or region.label


def _scaled(box: Box, scale: float, frame: Box) -> Box:
    """The part of a box in the frame, at least a pixel each way."""
    left, right = _span(box.left * scale, box.right * scale, frame.width)
    top, bottom = _span(box.top * scale, box.bottom * scale, frame.height)
    return Box(left, top, right, bottom)


def _span(low: float, high: float, limit: float) -> tuple[float, float]:
    # A pixel inside, so that the line of a box at the edge of the picture is seen.
    inset = 1.0 if limit > 4 else 0.0
    low = min(max(low, inset), limit - inset - 1)
    return low, min(max(high, low + 1), limit - inset)


def _points(region: Region, thumbnail: Thumbnail) -> tuple[tuple[float, float], ...]:
    scaled = ((point.x * thumbnail.scale, point.y * thumbnail.scale) for point in region.keypoints)
    return tuple(
        (round(x, 1), round(y, 1))
        for x, y in scaled
        if 0 <= x <= thumbnail.width and 0 <= y <= thumbnail.height
    )


def _place(text: str, box: Box, frame: Box, placed: list[Box]) -> Label | None:
    """A label above the box, inside its top, or below it: the first place that is free."""
    short = _shortened(text)
    letters = min(_width_of(short), frame.width - 8)
    width = letters + 8
    if not short or frame.height < CHIP or frame.width < 24:
        return None
    left = min(max(box.left - 1, 0), frame.width - width)
    for top in (box.top - CHIP, box.top, box.bottom - CHIP, box.bottom):
        ground = Box(left, top, left + width, top + CHIP)
        inside = top >= 0 and ground.bottom <= frame.height
        if inside and not any(_touch(ground, other) for other in placed):
            placed.append(ground)
            return Label(short, round(left, 1), round(top, 1), round(width, 1), round(letters, 1))
    return None


def _touch(a: Box, b: Box) -> bool:
    across = min(a.right, b.right) > max(a.left, b.left)
    return across and min(a.bottom, b.bottom) > max(a.top, b.top)


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_LETTERS else flat[: _MAX_LETTERS - 1] + "…"


def _width_of(text: str) -> float:
    """About how wide a text is; the page fits its letters to exactly this width."""
    return sum(_letter_width(letter) for letter in text) * FONT


def _letter_width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in "il.,:;'|!jI1 tf()[]":
        return 0.33
    return 0.85 if letter in "mwMW@%" else 0.66 if letter.isupper() else 0.57


def _masks(regions: Sequence[Region], thumbnail: Thumbnail, palette: dict[str, int]) -> str:
    """The masks as one translucent PNG of the thumbnail's size; empty when there are none."""
    with_mask = [region for region in regions if region.mask is not None]
    if not with_mask:
        return ""
    height, width = with_mask[0].image.height, with_mask[0].image.width
    rows = ((np.arange(thumbnail.height) + 0.5) * height / thumbnail.height).astype(int)
    columns = ((np.arange(thumbnail.width) + 0.5) * width / thumbnail.width).astype(int)
    indexed = np.zeros((thumbnail.height, thumbnail.width), np.uint8)
    for region in with_mask:
        assert region.mask is not None
        indexed[region.mask.array[np.ix_(rows, columns)]] = palette[region.label] + 1
    picture = PIL.Image.fromarray(indexed).convert("P")
    picture.putpalette(bytes.fromhex("000000" + "".join(color[1:] for color in COLORS)))
    buffer = io.BytesIO()
    opacities = bytes([0] + [MASK_OPACITY] * len(COLORS))
    picture.save(buffer, "PNG", transparency=opacities, compress_level=6)
    return data_uri("image/png", buffer.getvalue())
