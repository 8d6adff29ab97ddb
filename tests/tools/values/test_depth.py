"""Depth maps."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from viscript.tools.errors import InputError
from viscript.tools.values import DepthMap


def test_a_depth_map_is_float32_and_read_only() -> None:
    array = np.array([[0.5, 2.0, 1.0]])
    depth = DepthMap(array, "metres", larger_is_nearer=False)
    array[:] = 9
    assert depth.array.dtype == np.float32
    assert depth.array.tolist() == [[0.5, 2.0, 1.0]]
    assert (depth.width, depth.height) == (3, 1)
    with pytest.raises(ValueError, match="read-only"):
        depth.array[0, 0] = 1


def test_unit_direction_shape_and_values_make_a_depth_map_what_it_is() -> None:
    array = np.arange(6.0).reshape(2, 3)
    depths = [
        DepthMap(array, "metres", True),
        DepthMap(array, "metres", False),
        DepthMap(array, "relative", True),
        DepthMap(array.reshape(3, 2), "metres", True),
        DepthMap(array + 1, "metres", True),
    ]
    assert len(set(depths)) == len({depth.digest for depth in depths}) == 5
    assert DepthMap(array.astype(np.float32), "metres", True) == depths[0]


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros(3), "has the shape"),
        (np.zeros((2, 2, 1)), "has the shape"),
        (np.zeros((0, 3)), "has the shape"),
        (np.array([[np.nan]]), "only finite"),
        (np.array([[np.inf]]), "only finite"),
        (np.array([[1e300]]), "only finite"),
    ],
)
def test_an_array_that_is_no_depth_map_is_refused(array: NDArray[np.floating], said: str) -> None:
    with pytest.raises(InputError, match=said):
        DepthMap(array, "metres", larger_is_nearer=False)


def test_what_is_nearer_is_lighter_in_its_picture() -> None:
    distances = np.array([[1.0, 3.0]])
    assert DepthMap(distances, "metres", False).to_grey().tolist() == [[255, 0]]
    assert DepthMap(distances, "relative", True).to_grey().tolist() == [[0, 255]]
    assert DepthMap(np.ones((1, 2)), "relative", True).to_grey().tolist() == [[0, 0]]
