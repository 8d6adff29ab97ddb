"""Which pixels of a closeup belong to the thing in its box: colours, edges, then GrabCut."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..cancellation import current_cancellation
from .closeup import Closeup
from .guided_filter import guided
from .mask_shapes import tidied

BINS = 12
"""Steps of each Lab channel in the colour histograms."""

ROUNDS = 6
"""How often colours and shape are estimated from each other."""

MOST_EVIDENCE = 2.5
"""Bound on the log ratio that a colour alone can add: no colour outvotes the place for sure."""

SURE_THING, SURE_BACKGROUND = 0.93, 0.06
"""Probabilities from which GrabCut may not change its mind."""

STARTS = (0.88, 1.1)
"""How far the thing reaches at first, in radii of the ellipse inside its box: animals leave the
corners free, cars and screens don't."""

GRABCUT_ROUNDS = 2

_SEED = 0


def object_probability(closeup: Closeup) -> NDArray[np.float32]:
    """How surely each pixel belongs to the thing, shape (h, w), values in [0, 1].

    GrabCut from the box alone (Rother, Kolmogorov and Blake, 2004) often keeps nothing, or what
    surrounds the thing. So it starts from an estimate: pixels near the box's centre are probably
    the thing, pixels outside the box are not; colour histograms of both, and the guided filter
    along edges, refine that in rounds. Of several starts, and of each one's estimate and cut, the
    shape is taken that fits the box and the picture's edges best.
    """
    strength = _edge_strength(closeup)
    shapes: list[NDArray[np.float32]] = []
    for start in STARTS:
        current_cancellation().check()
        estimate = _estimate(closeup, start)
        shapes += [tidied(estimate), tidied(_grabcut(closeup, estimate))]
    return max(shapes, key=lambda shape: _fit(shape, closeup, strength))


def _fit(shape: NDArray[np.float32], closeup: Closeup, strength: NDArray[np.float32]) -> float:
    """How well a shape fits: it reaches all sides of its tight box, and its outline is an edge.

    A shape that is empty, or fills the whole picture, has no outline and fits worst.
    """
    inside = (shape > 0.5) & closeup.in_box
    if not inside.any():
        return 0.0
    left, top, right, bottom = closeup.box
    across = float(np.ptp(np.flatnonzero(inside.any(axis=0)))) + 1
    down = float(np.ptp(np.flatnonzero(inside.any(axis=1)))) + 1
    span = min(across / (right - left), 1.0) * min(down / (bottom - top), 1.0)
    square = np.ones((3, 3), dtype=np.uint8)
    outline = cv2.morphologyEx(inside.astype(np.uint8), cv2.MORPH_GRADIENT, square) > 0
    if not outline.any():
        return 0.0
    contrast = float(strength[outline].mean()) / (float(strength[closeup.in_box].mean()) + 1e-3)
    return span * contrast**0.5


def _edge_strength(closeup: Closeup) -> NDArray[np.float32]:
    """The length of the colour gradient in Lab at each pixel, shape (h, w)."""
    lab = cv2.cvtColor(closeup.pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    lab = cv2.GaussianBlur(lab, (0, 0), 1.0)
    across, down = cv2.Sobel(lab, cv2.CV_32F, 1, 0), cv2.Sobel(lab, cv2.CV_32F, 0, 1)
    return np.sqrt((across**2 + down**2).sum(axis=2)).astype(np.float32)


def _estimate(closeup: Closeup, start: float) -> NDArray[np.float32]:
    """The probability of the thing by place, colours and edges, shape (h, w)."""
    place = 0.08 + 0.84 / (1 + np.exp((closeup.radius - start) / 0.12))
    place = np.where(closeup.in_box, place, 0.002)
    place_evidence = np.log(place / (1 - place))
    bins = _bins(closeup)
    probability = place
    for _ in range(ROUNDS):
        thing = _histogram(bins, probability)
        around = _histogram(bins, 1 - probability)
        evidence = np.clip(np.log(thing[bins] / around[bins]), -MOST_EVIDENCE, MOST_EVIDENCE)
        raw = 1 / (1 + np.exp(-(evidence + place_evidence)))
        radius = max(3, closeup.pixels.shape[0] // 32)
        smooth = guided(closeup.pixels, raw.astype(np.float32), radius, smoothness=1e-3)
        probability = np.where(closeup.in_box, np.clip(smooth, 0, 1), 0.002)
    return probability.astype(np.float32)


def _bins(closeup: Closeup) -> NDArray[np.intp]:
    """The histogram bin of each pixel's colour, shape (h, w)."""
    lab = cv2.cvtColor(closeup.pixels, cv2.COLOR_RGB2LAB).astype(np.intp) * BINS // 256
    return (lab[..., 0] * BINS + lab[..., 1]) * BINS + lab[..., 2]


def _histogram(bins: NDArray[np.intp], weights: NDArray[np.floating]) -> NDArray[np.float64]:
    """The share of each bin, smoothed over neighbouring bins, never zero; shape (BINS ** 3,)."""
    counts = np.bincount(bins.ravel(), weights.ravel(), BINS**3).reshape(BINS, BINS, BINS)
    for axis in range(3):
        before = np.roll(counts, 1, axis)
        after = np.roll(counts, -1, axis)
        counts = 0.25 * before + 0.5 * counts + 0.25 * after
    return counts.ravel() / max(float(counts.sum()), 1e-9) + 1e-5


def _grabcut(closeup: Closeup, estimate: NDArray[np.float32]) -> NDArray[np.float32]:
    """GrabCut started from an estimate, 0 or 1 for each pixel."""
    marks = np.where(estimate > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    marks[estimate > SURE_THING] = cv2.GC_FGD
    marks[(estimate < SURE_BACKGROUND) | ~closeup.in_box] = cv2.GC_BGD
    things = (marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)
    if not things.any() or things.all():
        return things.astype(np.float32)
    cv2.setRNGSeed(_SEED)
    unused = (0, 0, 1, 1)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(closeup.pixels, marks, unused, *models, GRABCUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    return ((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)).astype(np.float32)
