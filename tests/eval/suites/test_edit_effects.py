"""Rules of effects on pictures made for them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from viscript import Box, Image
from viscript.eval.metrics.edits import area_of
from viscript.eval.suites.edit_effects import is_grey, shows_through

EVERYWHERE = np.ones((512, 512), dtype=np.bool_)


def test_a_pale_pole_that_is_gone_does_not_show_through() -> None:
    before = np.full((512, 512, 3), 100, dtype=np.uint8)
    before[:, 250:270] = 116
    before[::2, 250:270] = 120
    after = np.full_like(before, 100)
    box = area_of([Box(210, 100, 310, 400)], (512, 512))
    # From afar nothing is different.
    assert shows_through(before, after, box, 50)
    assert not shows_through(before, after, box, 50, alone=True)


@pytest.mark.parametrize(
    "weights", [(1 / 3, 1 / 3, 1 / 3), (0.299, 0.587, 0.114), (0.2126, 0.7152, 0.0722), (0, 1, 0)]
)
def test_any_weighting_of_the_channels_is_grey(
    weights: tuple[float, float, float], astronaut: Image
) -> None:
    grey = np.rint(astronaut.pixels @ np.array(weights)).astype(np.uint8)
    assert is_grey(astronaut.pixels, cv2.merge([grey, grey, grey]).astype(np.uint8), EVERYWHERE)
    darker = cv2.merge([grey // 2] * 3).astype(np.uint8)
    assert not is_grey(astronaut.pixels, darker, EVERYWHERE)
