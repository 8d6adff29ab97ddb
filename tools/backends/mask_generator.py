"""SAM's everything mode: masks of all that a grid of points points at.

The rules are those of its authors' generator (Kirillov et al., "Segment Anything", 2023): masks
that the network itself thinks good, that hardly change with the threshold, and no doubles.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..cancellation import current_cancellation
from . import BackendSpec
from .detections import Detections, Floats
from .promptable import Encoded, Promptable, enlarged

POINTS_AT_ONCE = 64
"""Points that are decoded together."""

MOST_MASKS = 256
"""Masks of one picture, at most: each takes a byte for every pixel of it."""

STABILITY_OFFSET = 1.0
"""How far the threshold of a mask is moved, in logits, to see whether it changes."""


@dataclass(frozen=True, slots=True)
class Everything:
    """What is kept of the masks of a grid.

    Args:
        points: points on each side of the grid.
        quality: the least quality that the network gives its own mask, in [0, 1].
        stability: the least share that the mask with a higher threshold has of that with a lower.
        overlap: intersection over union of boxes above which two masks show one thing.
    """

    OPTIONS = ("points", "quality", "stability", "overlap")

    points: int = 32
    quality: float = 0.88
    stability: float = 0.95
    overlap: float = 0.7

    @classmethod
    def of(cls, spec: BackendSpec, quality: float) -> Everything:
        """The rules with the options of a profile."""
        return cls(
            int(spec.number("points", 32, 1, 128)),
            spec.number("quality", quality, 0, 1),
            spec.number("stability", 0.95, 0, 1),
            spec.number("overlap", 0.7, 0, 1),
        )


class Cut(NamedTuple):
    """A thing cut out of a picture.

    Args:
        mask: bool of shape (H, W).
        score: how good the network thinks that the mask is, in [0, 1].
    """

    mask: NDArray[np.bool_]
    score: float


def everything(network: Promptable, encoded: Encoded, rules: Everything) -> list[Cut]:
    """The masks of a picture, the best first, at most `MOST_MASKS`."""
    small: list[Any] = []
    boxes: list[Floats] = []
    scores: list[float] = []
    for logits, score in _good(network, encoded, rules):
        mask, stability = _full(encoded, logits)
        if stability < rules.stability or not mask.any():
            continue
        small.append(logits)
        boxes.append(box_of(mask))
        scores.append(score)
    found = Detections(
        np.array(boxes, dtype=np.float32).reshape(-1, 4),
        np.array(scores, dtype=np.float32),
        np.arange(len(scores)),
    )
    found = Detections.sorted(found.boxes, found.scores, found.classes)
    kept = found.suppressed(rules.overlap, within_classes=False).classes[:MOST_MASKS]
    return [
        Cut(_full(encoded, small[index])[0], float(np.clip(scores[index], 0, 1)))
        for index in map(int, kept)
    ]


def grid(side: int, shape: tuple[int, int]) -> Floats:
    """`side` x `side` points over a picture of `shape` (H, W), each in the middle of its cell."""
    places = (np.arange(side, dtype=np.float32) + 0.5) / side
    across, down = np.meshgrid(places * shape[1], places * shape[0])
    return np.stack([across.ravel(), down.ravel()], axis=1).astype(np.float32)


def box_of(mask: NDArray[np.bool_]) -> Floats:
    """The box around a mask that has a pixel: left, top, right, bottom; float32 (4,)."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], dtype=np.float32)


def _good(network: Promptable, encoded: Encoded, rules: Everything) -> Generator[tuple[Any, float]]:
    """Small logits of the masks that the network thinks good, with how good."""
    points = grid(rules.points, encoded.shape)
    for start in range(0, len(points), POINTS_AT_ONCE):
        current_cancellation().check()
        part = points[start : start + POINTS_AT_ONCE]
        logits, qualities = network.decode(encoded, "points", part, several=True)
        for mask, quality in zip(logits.flatten(0, 1), qualities.flatten().tolist(), strict=True):
            if quality > rules.quality:
                yield mask, quality


def _full(encoded: Encoded, logits: Any) -> tuple[NDArray[np.bool_], float]:
    """A mask in the size of the picture, and how stable it is."""
    large = enlarged(encoded, logits[None])[0]
    inner = int((large > STABILITY_OFFSET).sum())
    outer = int((large > -STABILITY_OFFSET).sum())
    return (large > 0).cpu().numpy(), inner / max(outer, 1)
