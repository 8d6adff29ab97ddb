"""PatchMatch: for each patch in a hole, a similar one outside; and the hole filled from them.

Barnes et al., "PatchMatch: A Randomized Correspondence Algorithm for Structural Image Editing",
2009. All pixels are treated at once, so neighbours are asked over jumps of several pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..cancellation import current_cancellation

Plane = NDArray[np.float32]
Places = NDArray[np.intp]
Binary = NDArray[np.bool_]

PATCH = 3
"""Radius of a patch: 7x7 pixels."""

_JUMPS = (4, 1)


@dataclass(frozen=True)
class Completion:
    """A filled picture, float (h, w, 3), and where each pixel of it comes from, (h, w, 2) y x."""

    colors: Plane
    sources: Places


def valid_sources(hole: Binary) -> Binary:
    """The pixels whose whole patch lies inside the picture and outside the hole; shape (h, w)."""
    size = 2 * PATCH + 1
    free = cv2.erode(
        (~hole).astype(np.uint8),
        np.ones((size, size), dtype=np.uint8),
        borderType=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    return free.astype(np.bool_)


class Level:
    """One size of a picture: finds patches for the pixels in and around its hole.

    Args:
        picture: float of shape (h, w, 3), 0 to 255; what it has in the hole doesn't count.
        hole: what to fill, shape (h, w).
        coarser: the completion of a smaller size to start from.
        generator: where random places come from.
    """

    def __init__(
        self,
        picture: Plane,
        hole: Binary,
        coarser: Completion | None,
        generator: np.random.Generator,
    ) -> None:
        self._hole = hole
        self._generator = generator
        self._height, self._width = hole.shape
        self._valid = valid_sources(hole)
        size = 2 * PATCH + 1
        touched = cv2.dilate(hole.astype(np.uint8), np.ones((size, size), dtype=np.uint8))
        self._targets = np.argwhere(touched.astype(np.bool_))
        self._number = np.full(hole.shape, -1, dtype=np.intp)
        self._number[tuple(self._targets.T)] = np.arange(len(self._targets))
        offsets = np.arange(-PATCH, PATCH + 1)
        self._offsets = np.stack(np.meshgrid(offsets, offsets, indexing="ij"), -1).reshape(-1, 2)
        # Patches count for more where they are known, and near the hole's edge.
        depth = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3)
        self._confidence = (1.3 ** -np.minimum(depth, 40)).astype(np.float32)
        self._colors = picture.copy()
        if coarser is None:
            whole = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
            start = cv2.inpaint(whole, hole.astype(np.uint8), 3, cv2.INPAINT_TELEA)
            self._sources = self._random_sources()
        else:
            size_now = (self._width, self._height)
            start = cv2.resize(coarser.colors, size_now, interpolation=cv2.INTER_LINEAR)
            self._sources = self._inherited(coarser.sources)
        self._colors[hole] = start[hole]

    def completed(self, rounds: int) -> Completion:
        """Finds patches and fills the hole from them, in turns."""
        for _ in range(rounds):
            current_cancellation().check()
            self._match()
            self._vote()
        sources = np.zeros((self._height, self._width, 2), dtype=np.intp)
        sources[tuple(self._targets.T)] = self._sources
        return Completion(self._colors, sources)

    def _random_sources(self) -> Places:
        choices = np.argwhere(self._valid)
        return choices[self._generator.integers(0, len(choices), len(self._targets))]

    def _inherited(self, coarse: Places) -> Places:
        """The sources of a coarser level; a random one where they are no valid patch here."""
        rows = self._targets[:, 0] * coarse.shape[0] // self._height
        columns = self._targets[:, 1] * coarse.shape[1] // self._width
        ratio = np.array([self._height / coarse.shape[0], self._width / coarse.shape[1]])
        shift = (coarse[rows, columns] - np.stack([rows, columns], axis=1)) * ratio
        sources = self._targets + np.rint(shift).astype(np.intp)
        return np.where(self._usable(sources)[:, None], sources, self._random_sources())

    def _usable(self, places: Places) -> Binary:
        inside = (places >= 0).all(axis=1) & (places < (self._height, self._width)).all(axis=1)
        rows = np.clip(places[:, 0], 0, self._height - 1)
        columns = np.clip(places[:, 1], 0, self._width - 1)
        return inside & self._valid[rows, columns]

    def _patches(self, places: Places) -> Plane:
        """The patches around places, shape (N, 49, 3); beyond the picture its edge goes on."""
        around = places[:, None, :] + self._offsets
        rows = np.clip(around[..., 0], 0, self._height - 1)
        columns = np.clip(around[..., 1], 0, self._width - 1)
        return self._colors[rows, columns]

    def _match(self) -> None:
        """One round of PatchMatch: what the neighbours found, then places near the best one."""
        wanted = self._patches(self._targets)
        around = self._targets[:, None, :] + self._offsets
        weights = self._confidence[
            np.clip(around[..., 0], 0, self._height - 1),
            np.clip(around[..., 1], 0, self._width - 1),
        ]
        weights = weights / weights.sum(axis=1, keepdims=True)

        def cost(which: Places, places: Places) -> Plane:
            difference = self._patches(places) - wanted[which]
            return np.einsum("npc,npc,np->n", difference, difference, weights[which])

        everyone = np.arange(len(self._targets))
        self._costs = cost(everyone, self._sources)

        def offer(places: Places, usable: Binary) -> None:
            which = np.flatnonzero(usable & (places != self._sources).any(axis=1))
            costs = cost(which, places[which])
            better = costs < self._costs[which]
            self._sources[which[better]] = places[which[better]]
            self._costs[which[better]] = costs[better]

        for jump in _JUMPS:
            for step in ((jump, 0), (-jump, 0), (0, jump), (0, -jump)):
                beside = self._targets + step
                inside = (beside >= 0).all(axis=1) & (beside < (self._height, self._width)).all(1)
                number = np.where(
                    inside,
                    self._number[
                        np.clip(beside[:, 0], 0, self._height - 1),
                        np.clip(beside[:, 1], 0, self._width - 1),
                    ],
                    -1,
                )
                places = self._sources[number] - step
                offer(places, (number >= 0) & self._usable(places))
        reach = max(self._height, self._width) // 2
        while reach >= 1:
            shift = self._generator.integers(-reach, reach + 1, (len(self._targets), 2))
            places = self._sources + shift
            offer(places, self._usable(places))
            reach //= 3

    def _vote(self) -> None:
        """Each pixel of the hole becomes the mean of what the patches over it say."""
        spread = float(np.percentile(self._costs, 75)) + 1.0
        weights = np.exp(-self._costs / (2 * spread)).astype(np.float32)
        total = np.zeros((self._height, self._width, 3), dtype=np.float64)
        weight = np.zeros((self._height, self._width), dtype=np.float64)
        for offset in self._offsets:
            to, source = self._targets + offset, self._sources + offset
            inside = (to >= 0).all(axis=1) & (to < (self._height, self._width)).all(axis=1)
            to, source, share = to[inside], source[inside], weights[inside]
            share = share * self._confidence[to[:, 0], to[:, 1]]
            total[to[:, 0], to[:, 1]] += self._colors[source[:, 0], source[:, 1]] * share[:, None]
            weight[to[:, 0], to[:, 1]] += share
        mean = total / np.maximum(weight, 1e-12)[..., None]
        self._colors[self._hole] = mean[self._hole]
