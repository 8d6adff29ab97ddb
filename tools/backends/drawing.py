"""`tag` and `mark`: boxes, outlines, labels and numbers drawn on a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import PIL.Image
import PIL.ImageDraw
from numpy.typing import NDArray

from ..errors import ToolError
from ..library.geometry import regions_in
from ..values import Box, Image, Region
from ..values.image import Pixels
from . import BackendSpec, Tools
from .fonts import Lettering
from .label_layout import Corner, Place, Size, beside, place_labels

LINE = 1 / 240
"""Thickness of lines, in shorter sides of the picture."""

TEXT = 1 / 30
"""Size of letters, in shorter sides of the picture."""

SMALLEST_TEXT = 8
"""Size in pixels below which letters are no longer legible."""

SHRINKING = (1.0, 0.8, 0.65, 0.5)
"""Factors of the text's size that are tried until all labels have room."""

POINTS_AT = 640
"""Longest side of the picture in which places for numbers are looked for, in pixels."""

CENTRING = 0.1
"""How much depth inside its region a number gives up for each pixel nearer to the middle."""

DARK, LIGHT = (20, 20, 20), (255, 255, 255)

Color = tuple[int, int, int]


def load(spec: BackendSpec, tools: Tools) -> Drawing:
    """The backend; it has no options and calls no tools."""
    spec.only()
    return Drawing()


class Drawing:
    """Serves `tag` and `mark`; a picture without regions comes back as it is."""

    def tag(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """The picture with each region's box and label, and its text where it has one.

        Boxes of one label have one colour. A label for which no room is left is not drawn.
        """
        chosen = _checked(image, regions)
        if not chosen:
            return image
        labels = [_label(region) for region in chosen]
        kinds = list(dict.fromkeys(region.label for region in chosen))
        colors = _palette([kinds.index(region.label) for region in chosen])
        pixels = _outlined(image, [region.but(mask=None) for region in chosen], colors)
        boxes = [_place(region, image) for region in chosen]

        def wishes(sizes: Sequence[Size]) -> list[list[Corner]]:
            return [beside(box, size) for box, size in zip(boxes, sizes, strict=True)]

        return _labelled(pixels, labels, wishes, colors, f"tagged {image.origin}")

    def mark(self, image: Image, regions: Region | Sequence[Region]) -> Image:
        """The picture with each region's outline, its box where it has no mask, and its number.

        A number stands where its region is widest and not covered by smaller regions (Yang et
        al., "Set-of-Mark Prompting", 2023).
        """
        chosen = _checked(image, regions)
        if not chosen:
            return image
        labels = [str(number) for number in range(1, len(chosen) + 1)]
        colors = _palette(list(range(len(chosen))))
        pixels = _outlined(image, chosen, colors)
        points = _inner_points(chosen, image)
        boxes = [_place(region, image) for region in chosen]

        def wishes(sizes: Sequence[Size]) -> list[list[Corner]]:
            return [
                [(x - size[0] // 2, y - size[1] // 2), *beside(box, size)]
                for (x, y), box, size in zip(points, boxes, sizes, strict=True)
            ]

        return _labelled(pixels, labels, wishes, colors, f"marked {image.origin}")


def _checked(image: Image, regions: Region | Sequence[Region]) -> list[Region]:
    chosen = regions_in(regions)
    for region in chosen:
        if region.image.size != image.size:
            raise ToolError(
                f"a region of a {region.image.width}x{region.image.height} picture has no place "
                f"in this one of {image.width}x{image.height}",
                hint="find the regions in the picture that is drawn on",
            )
    return chosen


def _label(region: Region) -> str:
    return ": ".join(part for part in (region.label, region.text) if part.strip())


def _palette(indices: Sequence[int]) -> list[Color]:
    """supervision's colours by number, as RGB."""
    import supervision

    colors = supervision.ColorPalette.DEFAULT
    return [colors.by_idx(index).as_rgb() for index in indices]


def _outlined(image: Image, regions: Sequence[Region], colors: Sequence[Color]) -> Pixels:
    """The picture with boxes, or the outlines of masks, largest first so that none is hidden."""
    import supervision

    pixels = image.pixels.copy()
    thickness = max(round(LINE * min(image.size)), 1)
    for region, color in sorted(
        zip(regions, colors, strict=True), key=lambda pair: -pair[0].box.area
    ):
        # The annotators take colours as BGR; for an RGB picture red and blue change places.
        swapped = supervision.Color(*color[::-1])
        left, top, right, bottom = region.box.to_pixels(image.size)
        detection = supervision.Detections(
            xyxy=np.array([[left, top, right - 1, bottom - 1]], dtype=np.float32),
            mask=None if region.mask is None else region.mask.array[None],
            class_id=np.array([0]),
        )
        kind = supervision.BoxAnnotator if region.mask is None else supervision.PolygonAnnotator
        kind(color=swapped, thickness=thickness).annotate(pixels, detection)
    return pixels


def _inner_points(regions: Sequence[Region], image: Image) -> list[Corner]:
    """For each region the point (x, y) farthest from its outline and from smaller regions."""
    factor = min(1.0, POINTS_AT / max(image.size))
    size = max(round(image.width * factor), 1), max(round(image.height * factor), 1)
    free = np.ones(size[::-1], dtype=np.bool_)
    points: dict[int, Corner] = {}
    for index in sorted(range(len(regions)), key=lambda one: regions[one].area):
        region = regions[index]
        own = _reduced_shape(region, size)
        alone = own & free
        shape = alone if alone.any() else own
        depth = cv2.distanceTransform(np.pad(shape.astype(np.uint8), 1), cv2.DIST_L2, 5)
        # Of places that are about as deep, the one nearest to the middle.
        rows, columns = np.mgrid[: size[1], : size[0]] + 0.5
        apart = np.hypot(rows - region.box.y * factor, columns - region.box.x * factor)
        best = np.argmax(np.where(shape, depth[1:-1, 1:-1] - CENTRING * apart, -np.inf))
        row, column = np.unravel_index(int(best), shape.shape)
        points[index] = (round((column + 0.5) / factor), round((row + 0.5) / factor))
        free &= ~own
    return [points[index] for index in range(len(regions))]


def _reduced_shape(region: Region, size: Size) -> NDArray[np.bool_]:
    """The mask of a region, or its box where it has none, in a picture of another size."""
    if region.mask is not None and region.mask.area:
        full = region.mask.array.astype(np.uint8) * 255
        shape = np.asarray(cv2.resize(full, size, interpolation=cv2.INTER_AREA) > 127)
        if shape.any():
            return shape
    x, y = size[0] / region.image.width, size[1] / region.image.height
    box = Box(region.box.left * x, region.box.top * y, region.box.right * x, region.box.bottom * y)
    left, top, right, bottom = box.to_pixels(size)
    shape = np.zeros(size[::-1], dtype=np.bool_)
    shape[top:bottom, left:right] = True
    return shape


def _place(region: Region, image: Image) -> Place:
    return Place(*region.box.to_pixels(image.size))


def _labelled(
    pixels: Pixels,
    labels: Sequence[str],
    wishes: Callable[[Sequence[Size]], Sequence[Sequence[Corner]]],
    colors: Sequence[Color],
    origin: str,
) -> Image:
    """The picture with labels, dark letters on light colours and light ones on dark.

    Args:
        pixels: the picture.
        labels: the labels; an empty one is not drawn.
        wishes: where labels of some sizes would like to be; see `place_labels`.
        colors: of the labels' backgrounds.
        origin: of the picture that is returned.
    """
    paper = PIL.Image.fromarray(pixels)
    lettering, lines, places = _laid_out(labels, wishes, paper.size)
    canvas = PIL.ImageDraw.Draw(paper)
    for line, place, color in zip(lines, places, colors, strict=True):
        if place is None:
            continue
        corners = (place.left, place.top, place.right - 1, place.bottom - 1)
        canvas.rounded_rectangle(corners, radius=lettering.size // 5, fill=color)
        red, green, blue = color
        ink = DARK if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else LIGHT
        lettering.draw(canvas, (place.left + _padding(lettering), place.top), line, ink)
    return Image.from_array(np.asarray(paper), origin)


def _laid_out(
    labels: Sequence[str],
    wishes: Callable[[Sequence[Size]], Sequence[Sequence[Corner]]],
    frame: Size,
) -> tuple[Lettering, list[str], list[Place | None]]:
    """The largest lettering for which all labels have room, the labels cut to fit, their places.

    Where even the smallest is too large, some labels have no place.
    """

    def attempt(factor: float) -> tuple[Lettering, list[str], list[Place | None]]:
        lettering = Lettering(_text_size(frame, factor))
        room = frame[0] - 2 * _padding(lettering)
        lines = [lettering.shortened(" ".join(label.split()), room) for label in labels]
        sizes = [_size(line, lettering) for line in lines]
        return lettering, lines, place_labels(wishes(sizes), sizes, frame)

    wanted = sum(bool(label.strip()) for label in labels)
    layout = attempt(SHRINKING[0])
    for factor in SHRINKING[1:]:
        if sum(place is not None for place in layout[2]) >= wanted:
            break
        layout = attempt(factor)
    return layout


def _text_size(frame: Size, factor: float) -> int:
    return max(round(TEXT * factor * min(frame)), SMALLEST_TEXT)


def _padding(lettering: Lettering) -> int:
    return max(lettering.size // 4, 1)


def _size(line: str, lettering: Lettering) -> Size:
    """The size of a label with its background; nothing for an empty one."""
    if not line:
        return 0, 0
    return lettering.width(line) + 2 * _padding(lettering), lettering.line_height
