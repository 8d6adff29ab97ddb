"""Plain shapes: circles, triangles, rectangles and the like, drawn on a plain ground.

Detectors of things don't know them. A drawing is one whose ground is a single flat colour that
reaches most of the picture's border; its shapes are areas of another flat colour, or outlines. A
shape has the name whose ideal form it covers best (area overlap with the smallest enclosing circle,
triangle, rectangle, the best ellipse, and the polygon of its corners). Pictures without such a
ground, as photos are, have no plain shapes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..values.image import Pixels
from .detections import Detections

SHAPES = ("circle", "ellipse", "triangle", "square", "rectangle", "pentagon", "hexagon")
"""The names, in the order of the classes of `detect`."""

STEP = 14
"""Largest difference of a channel between neighbours of one flat area, of 255."""
EVEN = 8.0
"""Largest standard deviation of a channel within a flat area."""
CONTRAST = 24.0
"""Least distance in RGB between a shape and the ground."""
BORDER_SHARE = 0.5
"""Least share of the picture's border that the ground takes."""
GROUND_SHARE = 0.15
"""Least share of the picture that the ground takes."""
DRAWN_SHARE = 0.8
"""Least share of the picture that flat areas take together: photos pasted on a ground have less."""
SPECK = 0.001
"""Flat areas below this share of the picture don't count for it."""
SMALLEST = 0.04
"""Least side of a shape, of the picture's smaller side."""
SMALLEST_PIXELS = 4
MAX_AREAS = 400
"""Flat areas beside the ground, from the largest; a drawing has fewer."""
FIT = 0.9
"""Least intersection over union of a shape with the ideal one."""
CORNERS_FIT = 0.94
"""Least overlap with the polygon of its corners of a shape that has corners: a circle has .9."""
CORNERS_DECIDE = 0.03
DETAIL = 96
"""Pixels that a shape's longer side is enlarged to before it is measured."""
RIM = 4
"""Pixels around an area in which its rim may lie: sharp corners have no flat pixels."""
SIDE = 1024
"""Pictures are looked at with at most so many pixels on the longer side."""

Mask = NDArray[np.bool_]
Contour = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ground:
    """The plain ground of a drawing.

    Args:
        color: RGB, float.
        areas: the number of each pixel's flat area, of shape (H, W); 0 where it is not flat.
        number: of the ground's own area.
        stats: of each area, as OpenCV counts them: left, top, width, height, pixels.
    """

    color: NDArray[np.float32]
    areas: NDArray[np.int32]
    number: int
    stats: NDArray[np.int32]


def detect(pixels: Pixels) -> Detections | None:
    """The plain shapes of a drawing, the best fit first; None when the picture is no drawing.

    Args:
        pixels: uint8 RGB of shape (H, W, 3).
    """
    scale = min(1.0, SIDE / max(pixels.shape[:2]))
    small = pixels
    if scale < 1:
        resized = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        small = resized.astype(np.uint8, copy=False)
    ground = ground_of(small)
    if ground is None:
        return None
    found = list(_shapes(small, ground))
    boxes = np.array([box for box, _, _ in found], dtype=np.float32).reshape(-1, 4)
    scores = np.array([score for _, score, _ in found], dtype=np.float32)
    classes = np.array([SHAPES.index(name) for _, _, name in found], dtype=np.int64)
    return Detections.sorted(boxes / np.float32(scale), scores, classes)


def ground_of(pixels: Pixels) -> Ground | None:
    """The plain ground of a picture, if it has one."""
    height, width = pixels.shape[:2]
    if min(height, width) < 2 * SMALLEST_PIXELS:
        return None
    count, areas, stats, _ = cv2.connectedComponentsWithStats(
        _flat(pixels).astype(np.uint8), connectivity=4
    )
    border = np.concatenate([areas[0], areas[-1], areas[:, 0], areas[:, -1]])
    shares = np.bincount(border, minlength=count) / len(border)
    shares[0] = 0
    number = int(shares.argmax())
    inside = areas == number
    if shares[number] < BORDER_SHARE or inside.mean() < GROUND_SHARE:
        return None
    sizes = stats[1:, cv2.CC_STAT_AREA] / inside.size
    if sizes[sizes >= SPECK].sum() < DRAWN_SHARE:
        return None
    colors = pixels[inside].astype(np.float32)
    if colors.std(axis=0).max() > EVEN:
        return None
    counted = areas.astype(np.int32, copy=False), number, stats.astype(np.int32, copy=False)
    return Ground(colors.mean(axis=0), *counted)


def _flat(pixels: Pixels) -> Mask:
    """Where a pixel hardly differs from those to its right and below."""
    signed = pixels.astype(np.int16)
    flat = np.ones(pixels.shape[:2], dtype=np.bool_)
    flat[:, :-1] &= np.abs(np.diff(signed, axis=1)).max(axis=2) <= STEP
    flat[:-1] &= np.abs(np.diff(signed, axis=0)).max(axis=2) <= STEP
    return flat


def _shapes(pixels: Pixels, ground: Ground) -> Iterator[tuple[list[float], float, str]]:
    """The box, score and name of each shape, in pixels."""
    height, width = pixels.shape[:2]
    least = max(SMALLEST_PIXELS, SMALLEST * min(height, width))
    order = np.argsort(-ground.stats[:, cv2.CC_STAT_AREA], kind="stable")
    others = [int(one) for one in order if one not in (0, ground.number)]
    for number in others[:MAX_AREAS]:
        left, top, across, down, _ = (int(one) for one in ground.stats[number])
        # The rim of an area is not flat: it has lost about a pixel on the right and below.
        if min(across, down) + 2 < least:
            continue
        window = (
            slice(max(0, top - RIM), top + down + RIM),
            slice(max(0, left - RIM), left + across + RIM),
        )
        cover = _cover(pixels[window], ground, ground.areas[window] == number)
        if cover is None:
            continue
        named = _named(cover)
        if named is None:
            continue
        name, score, (x, y, right, bottom) = named
        if min(right - x, bottom - y) < least:
            continue
        x, right = x + window[1].start, right + window[1].start
        y, bottom = y + window[0].start, bottom + window[0].start
        yield [max(0, x), max(0, y), min(width, right), min(height, bottom)], score, name


def _cover(pixels: Pixels, ground: Ground, core: Mask) -> NDArray[np.float32] | None:
    """How much of each pixel a shape covers, in [0, 1]; None when it is not of one colour.

    A rim that was smoothed is a mixture of the shape's colour and the ground's. What an outline
    encloses has the ground's colour, and is covered as far as it is flat, and a pixel more.
    """
    colors = pixels[core].astype(np.float32)
    if colors.std(axis=0).max() > EVEN:
        return None
    away = colors.mean(axis=0) - ground.color
    distance = float(np.linalg.norm(away))
    if distance < CONTRAST:
        grown = cv2.dilate(core.astype(np.uint8), np.ones((3, 3), np.uint8))
        return grown.astype(np.float32)
    mixed = pixels.astype(np.float32) - ground.color
    share = mixed @ (away / distance**2)
    near = cv2.dilate(core.astype(np.uint8), np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)) > 0
    strange = np.linalg.norm(mixed - share[..., None] * away, axis=2) > 2 * CONTRAST
    return np.where(near & ~strange, np.clip(share, 0, 1), 0).astype(np.float32)


def _named(cover: NDArray[np.float32]) -> tuple[str, float, list[float]] | None:
    """The name of a shape, how well it fits, and its box; None when nothing fits."""
    padded = np.pad(cover, 2)
    factor = max(1.0, DETAIL / max(cover.shape))
    size = [round(factor * side) for side in padded.shape[::-1]]
    large = cv2.resize(padded, size, interpolation=cv2.INTER_CUBIC) if factor > 1 else padded
    contours, _ = cv2.findContours(
        (large > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    if not contours:
        return None
    contour = max(contours, key=cv2.contourArea).astype(np.int32, copy=False)
    fits = max(_fits(contour, factor), default=(0.0, ""))
    if fits[0] < FIT:
        return None
    score, name = min(1.0, fits[0]), fits[1]
    left, top, width, height = cv2.boundingRect(contour)
    edges = (left / factor - 2, top / factor - 2, (left + width) / factor - 2)
    return name, score, [*edges, (top + height) / factor - 2]


def _fits(contour: Contour, factor: float) -> Iterator[tuple[float, str]]:
    """How well each ideal shape fits, as intersection over union, for the shapes that could be."""
    if cv2.contourArea(contour) < 1:
        return
    x, y, width, height = cv2.boundingRect(contour)
    canvas = height + 8, width + 8
    moved = contour - (x - 4, y - 4)
    mask = _filled(moved, canvas)

    def overlap(ideal: Mask) -> float:
        return float((mask & ideal).sum() / max(1, (mask | ideal).sum()))

    _, triangle = cv2.minEnclosingTriangle(moved)
    yield overlap(_filled(np.rint(triangle).astype(np.int32), canvas)), "triangle"
    box = cv2.minAreaRect(moved)
    name = "square" if abs(box[1][0] - box[1][1]) <= 0.75 * factor else "rectangle"
    yield overlap(_filled(np.rint(cv2.boxPoints(box)).astype(np.int32), canvas)), name
    center, (first, second), angle = _ellipse(mask)
    drawn = np.zeros(canvas, np.uint8)
    cv2.ellipse(drawn, (center, (first, second), angle), 1, -1)
    round_name = "circle" if min(first, second) > 0.92 * max(first, second) else "ellipse"
    yield overlap(drawn > 0), round_name
    corners = cv2.approxPolyDP(cv2.convexHull(moved), 0.035 * cv2.arcLength(moved, True), True)
    if len(corners) in (5, 6):
        # An ellipse covers a hexagon nearly as well as the hexagon itself: corners decide.
        fit = overlap(_filled(corners.astype(np.int32, copy=False), canvas))
        name = "pentagon" if len(corners) == 5 else "hexagon"
        yield fit + CORNERS_DECIDE * (fit >= CORNERS_FIT), name


def _filled(polygon: Contour, canvas: tuple[int, int]) -> Mask:
    drawn = np.zeros(canvas, np.uint8)
    cv2.fillPoly(drawn, [polygon.reshape(-1, 1, 2)], 1)
    return drawn > 0


def _ellipse(mask: Mask) -> tuple[tuple[float, float], tuple[float, float], float]:
    """The ellipse with the area's second moments: centre, both diameters, angle in degrees."""
    ys, xs = np.nonzero(mask)
    center = (float(xs.mean()), float(ys.mean()))
    values, vectors = np.linalg.eigh(np.cov(np.stack([xs, ys]).astype(np.float64), bias=True))
    small, large = (4 * math.sqrt(max(float(one), 1e-6)) for one in values)
    angle = math.degrees(math.atan2(vectors[1, 1], vectors[0, 1]))
    return center, (large, small), angle
