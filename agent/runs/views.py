"""How values look in the page: as thumbnails with overlays, quoted text, rows and short words."""

from __future__ import annotations

from collections import Counter
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from ...tools.values import DepthMap, Image, Region, summary_of
from .overlays import Overlay, Overlays, colors_of, name_of
from .thumbnails import Thumbnail, Thumbnails

MAX_ROWS = 12
MAX_FIGURES = 6
MAX_LETTERS = 1200


@dataclass(frozen=True, slots=True)
class Figure:
    """A thumbnail and what is drawn over it."""

    thumbnail: Thumbnail
    overlay: Overlay | None
    caption: str


@dataclass(frozen=True, slots=True)
class Row:
    """A region in words. `quoted` tells that the name was read from the picture."""

    color: int
    name: str
    quoted: bool
    score: str
    place: str
    method: str


@dataclass(frozen=True, slots=True)
class View:
    """A value as the page shows it.

    Args:
        words: one short line.
        quote: text, shown in quotation marks as it is; None for values that are no text.
        figures: pictures.
        rows: regions.
        items: the views of a list's other items.
        more: how many characters, rows or items are left out.
    """

    words: str
    quote: str | None = None
    figures: Sequence[Figure] = field(default=())
    rows: Sequence[Row] = field(default=())
    items: Sequence[View] = field(default=())
    more: int = 0


class Gallery:
    """The pictures of a page and what is drawn over them; `kept` is as in `Thumbnails`."""

    def __init__(self, kept: MutableMapping[str, str] | None = None) -> None:
        self.thumbnails = Thumbnails(kept)
        self.overlays = Overlays()


def view_of(value: object, gallery: Gallery) -> View:
    """How a value is shown."""
    match value:
        case str():
            return View("text", value[:MAX_LETTERS], more=max(len(value) - MAX_LETTERS, 0))
        case bool():
            return View("yes" if value else "no")
        case None:
            return View("nothing")
        case Image():
            return View(_words_of_image(value), figures=_figures([value], [], gallery))
        case DepthMap():
            return View(value.summary, figures=_figures([value], [], gallery))
        case Region():
            return _view_of_regions([value], gallery)
        case list() | tuple():
            return _view_of_list(cast("Sequence[object]", value), gallery)
        case _:
            return View(summary_of(value))


def _view_of_list(values: Sequence[object], gallery: Gallery) -> View:
    if not values:
        return View("an empty list")
    if all(isinstance(value, Region) for value in values):
        return _view_of_regions(cast("Sequence[Region]", values), gallery)
    items = [view_of(value, gallery) for value in values[:MAX_ROWS]]
    return View(f"{len(values)} items", items=items, more=max(len(values) - MAX_ROWS, 0))


def _view_of_regions(regions: Sequence[Region], gallery: Gallery) -> View:
    pictures = list(dict.fromkeys(region.image for region in regions))
    palette = colors_of(regions)
    rows = [_row(region, palette[region.label]) for region in regions[:MAX_ROWS]]
    return View(
        _words_of_regions(regions),
        figures=_figures(pictures, regions, gallery),
        rows=rows,
        more=len(regions) - len(rows),
    )


def _figures(
    pictures: Sequence[Image | DepthMap], regions: Sequence[Region], gallery: Gallery
) -> list[Figure]:
    figures: list[Figure] = []
    for picture in pictures[:MAX_FIGURES]:
        thumbnail = gallery.thumbnails.of(picture)
        if thumbnail is None:
            continue
        here = [region for region in regions if region.image == picture]
        overlay = gallery.overlays.of(here, thumbnail) if here else None
        caption = picture.summary if isinstance(picture, DepthMap) else _words_of_image(picture)
        figures.append(Figure(thumbnail, overlay, caption))
    return figures


def _row(region: Region, color: int) -> Row:
    left, top, right, bottom = (round(side) for side in region.box.xyxy)
    return Row(
        color,
        name_of(region)[:200] or "region",
        bool(region.text),
        f"{region.score:.2f}",
        f"{left}, {top} – {right}, {bottom}",
        region.method,
    )


def _words_of_image(image: Image) -> str:
    return f"{image.width} × {image.height}, {image.origin}"


def _words_of_regions(regions: Sequence[Region]) -> str:
    """ "3 regions: dog × 2, cat"."""
    labels = Counter(region.label or "region" for region in regions)
    names = [label if n == 1 else f"{label} × {n}" for label, n in labels.most_common(5)]
    more = ", …" if len(labels) > 5 else ""
    count = "1 region" if len(regions) == 1 else f"{len(regions)} regions"
    return f"{count}: {', '.join(names)}{more}"
