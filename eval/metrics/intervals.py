"""95 % intervals: of a share (Wilson, 1927), and of a mean by resampling (Efron, 1979)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Z95 = 1.959964
"""The 97.5 % point of the normal distribution."""
RESAMPLES = 10_000


def wilson(right: float, total: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson, 1927).

    Args:
        right: how many are right; a sum of scores between 0 and 1 may stand for it.
        total: of how many.

    Returns:
        The lower and upper end, in [0, 1]; (0, 1) when there is none.
    """
    if total == 0:
        return 0.0, 1.0
    share, square = right / total, Z95 * Z95
    centre = (share + square / (2 * total)) / (1 + square / total)
    spread = share * (1 - share) / total + square / (4 * total * total)
    half = Z95 * math.sqrt(spread) / (1 + square / total)
    return max(0.0, centre - half), min(1.0, centre + half)


def bootstrap(
    values: Sequence[float], resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float]:
    """The 95 % percentile interval of a mean (Efron, 1979); the same each time for a seed.

    Args:
        values: one for each sample, in any order: scores, or differences between two systems'
            scores.
        resamples: how often the values are drawn again.
        seed: of the draws.

    Returns:
        The lower and upper end; (0, 0) when there is no value.
    """
    if not values:
        return 0.0, 0.0
    # Draws go by place: in another order the same draws would be of other values.
    given, random = np.sort(np.asarray(values, dtype=np.float64)), np.random.default_rng(seed)
    means = np.empty(resamples)
    for at in range(resamples):
        means[at] = given[random.integers(0, len(given), len(given))].mean()
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def interval(scores: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of a mean score: Wilson's where each is right or wrong, else resampled."""
    if all(one in (0, 1) for one in scores):
        return wilson(sum(scores), len(scores))
    return bootstrap(scores)
