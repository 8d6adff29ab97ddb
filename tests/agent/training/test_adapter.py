"""The adapter's conversion."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from viscript.agent.training.adapter import HEADS, permuted


def turned(
    rows: NDArray[np.float64], angles: NDArray[np.float64], pairs: str
) -> NDArray[np.float64]:
    """A head's vector under a rotary embedding that pairs halves, or neighbours."""
    half = rows.size // 2
    first, second = (rows[:half], rows[half:]) if pairs == "halves" else (rows[::2], rows[1::2])
    a = first * np.cos(angles) - second * np.sin(angles)
    b = first * np.sin(angles) + second * np.cos(angles)
    return np.concatenate([a, b]) if pairs == "halves" else np.stack([a, b], 1).ravel()


@pytest.mark.parametrize("heads", sorted(HEADS.values()))
def test_permuted_rows_turn_in_neighbours_as_the_others_turn_in_halves(heads: int) -> None:
    random = np.random.default_rng(1)
    size = 8
    query, key = random.normal(size=(2, heads * size, 1))
    angles = random.normal(size=size // 2)
    for head in range(heads):
        rows = slice(head * size, (head + 1) * size)
        plain = turned(query[rows, 0], angles, "halves") @ key[rows, 0]
        moved_query, moved_key = permuted(query, heads)[rows, 0], permuted(key, heads)[rows, 0]
        assert turned(moved_query, angles, "neighbours") @ moved_key == pytest.approx(plain)
