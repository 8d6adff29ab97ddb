"""Previews: how large they are, and that they are kept."""

from __future__ import annotations

import base64
import io

import numpy as np
import PIL.Image
import pytest
from viscript import Image
from viscript.tools.mcp import previews
from viscript.tools.mcp.previews import MAX_KEPT, MIN_SIDE, Previews

ROOM = 1_000_000


def opened(jpeg: str) -> PIL.Image.Image:
    return PIL.Image.open(io.BytesIO(base64.b64decode(jpeg)))


def test_a_preview_shows_the_picture_at_its_scale(astronaut: Image) -> None:
    (made,) = Previews().of([astronaut], ROOM)
    assert (made.width, made.height, made.scale) == (512, 512, 1.0)
    shown = np.asarray(opened(made.jpeg)).astype(int)
    assert np.abs(shown - astronaut.pixels).mean() < 6


def test_the_budget_is_shared_and_previews_shrink_to_it(astronaut: Image, cat: Image) -> None:
    first, second = Previews().of([astronaut, cat], 40_000)
    assert len(first.jpeg) + len(second.jpeg) <= 40_000
    assert first.scale < 1
    assert opened(first.jpeg).size == (first.width, first.height)


def test_no_preview_is_better_than_one_that_shows_nothing(astronaut: Image) -> None:
    assert Previews().of([astronaut], MIN_SIDE) == []


def test_a_picture_is_encoded_once_whoever_holds_it(
    astronaut: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Previews()
    before = kept.of([astronaut], ROOM)

    def never(*_: object) -> str:
        raise AssertionError

    monkeypatch.setattr(previews, "_encoded", never)
    assert kept.of([Image.from_array(astronaut.pixels.copy())], ROOM) == before


def test_only_the_last_previews_are_kept() -> None:
    kept = Previews()
    first = Image.from_array(np.zeros((8, 8, 3), np.uint8))
    (old,) = kept.of([first], ROOM)
    for shade in range(1, MAX_KEPT + 1):
        kept.of([Image.from_array(np.full((8, 8, 3), shade, np.uint8))], ROOM)
    (again,) = kept.of([first], ROOM)
    assert again == old
    assert again.jpeg is not old.jpeg
