"""`color_of`: the name of a region's main colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..values import Image, Region
from ..values.image import Pixels
from . import BackendSpec, Tools
from .color_names import FAMILIES, ciede2000, family_of, nearest_prototypes, prototypes, to_lab

SAMPLES = 4096
"""About how many pixels are looked at; more change no answer."""

CENTRE_SPREAD = 0.25
"""Deviation of the weights in a box without a mask, in widths and heights of the box: the object
fills the middle, and the corners show what is behind it."""

_BIN = 16
"""Pixels whose channels fall into the same steps of this size are looked up once."""


def load(spec: BackendSpec, tools: Tools) -> ColorNamer:
    """The backend; it has no options and calls no tools."""
    spec.only()
    return ColorNamer()


class ColorNamer:
    """Names colours by the vote of pixels.

    Each pixel votes for the basic colour term of its nearest named colour (CIEDE2000); the term
    with most votes wins, so that highlights and shadows of an object count for its colour. The
    mean of the winning pixels then picks the name within the term: "dark red" among the reds.
    """

    def color_of(self, region: Image | Region) -> str:
        """The name of the main colour of a region or a whole picture."""
        lab, weights, votes = _votes(region)
        winner = int(np.argmax(np.bincount(votes, weights, len(FAMILIES))))
        chosen = votes == winner
        mean = np.average(lab[chosen], axis=0, weights=weights[chosen])
        names, table = prototypes()
        candidates = np.flatnonzero(_families() == winner)
        return names[int(candidates[np.argmin(ciede2000(mean[None], table[candidates]))])]


def color_shares(region: Image | Region) -> dict[str, float]:
    """The share of each basic colour term in a region or a whole picture; they add up to 1."""
    _, weights, votes = _votes(region)
    totals = np.bincount(votes, weights, len(FAMILIES))
    return dict(zip(FAMILIES, (totals / totals.sum()).tolist(), strict=True))


def _votes(
    region: Image | Region,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Colours of a region in Lab, shape (N, 3), their weights, and the terms that they vote for."""
    colors, weights = _binned(*_samples(region))
    lab = to_lab(np.rint(colors).astype(np.uint8))
    return lab, weights, _families()[nearest_prototypes(lab)]


def _families() -> NDArray[np.intp]:
    """For each prototype, the index of its basic colour term."""
    names, _ = prototypes()
    return np.array([FAMILIES.index(family_of(name)) for name in names])


def _samples(region: Image | Region) -> tuple[Pixels, NDArray[np.float64]]:
    """Pixels of shape (N, 3) and their weights, shape (N,), evenly spread over the region."""
    image = region if isinstance(region, Image) else region.image
    left, top, right, bottom = (
        (0, 0, *image.size) if isinstance(region, Image) else region.box.to_pixels(image.size)
    )
    step = max(int(((right - left) * (bottom - top) / SAMPLES) ** 0.5), 1)
    rows, columns = np.mgrid[top:bottom:step, left:right:step]
    pixels = image.pixels[rows, columns].reshape(-1, 3)
    if isinstance(region, Image):
        return pixels, np.ones(len(pixels))
    if region.mask is not None:
        inside = region.mask.array[rows, columns].ravel()
        if inside.any():
            return pixels[inside], np.ones(int(inside.sum()))
        if region.mask.area:
            ys, xs = np.nonzero(region.mask.array)
            stride = max(len(ys) // SAMPLES, 1)
            found = image.pixels[ys[::stride], xs[::stride]]
            return found, np.ones(len(found))
    across = (columns.ravel() + 0.5 - region.box.x) / max(region.box.width, 1)
    down = (rows.ravel() + 0.5 - region.box.y) / max(region.box.height, 1)
    return pixels, np.exp(-(across**2 + down**2) / (2 * CENTRE_SPREAD**2))


def _binned(
    colors: Pixels, weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The mean colour and summed weight of each occupied bin."""
    _, where = np.unique(colors // _BIN, axis=0, return_inverse=True)
    where = where.ravel()
    totals = np.bincount(where, weights).astype(np.float64)
    sums = [np.bincount(where, weights * colors[:, channel]) for channel in range(3)]
    return np.stack(sums, axis=1) / totals[:, None], totals
