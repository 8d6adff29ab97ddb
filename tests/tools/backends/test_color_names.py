from __future__ import annotations

import numpy as np
import pytest
from skimage import color
from viscript.tools.backends.color_names import (
    FAMILIES,
    NAMES,
    ciede2000,
    nearest_prototypes,
    prototypes,
    to_lab,
)

SHARMA = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]
"""Pairs of the formula's published test data (Sharma, Wu and Dalal, 2005)."""


@pytest.mark.parametrize(("first", "second", "difference"), SHARMA)
def test_colour_differences_are_those_that_were_published(
    first: tuple[float, ...], second: tuple[float, ...], difference: float
) -> None:
    assert ciede2000(np.array(first), np.array(second)) == pytest.approx(difference, abs=1e-4)


def test_colour_differences_agree_with_another_implementation() -> None:
    generator = np.random.default_rng(0)
    low, high = (0, -100, -100), (100, 100, 100)
    first, second = generator.uniform(low, high, (2, 2000, 3))
    theirs = color.deltaE_ciede2000(first, second)  # pyright: ignore[reportUnknownMemberType]
    assert np.allclose(ciede2000(first, second), theirs, atol=1e-9)


def test_every_name_has_a_family_and_means_its_own_colours() -> None:
    names, table = prototypes()
    assert {family for family, _ in NAMES.values()} == set(FAMILIES)
    assert [names[index] for index in nearest_prototypes(table)] == list(names)


def test_lab_of_white_and_black_is_light_and_dark_without_colour() -> None:
    lab = to_lab(np.array([[255, 255, 255], [0, 0, 0]], dtype=np.uint8))
    assert np.allclose(lab, [[100, 0, 0], [0, 0, 0]], atol=0.05)
