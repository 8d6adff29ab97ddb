"""Pictures in memory."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from viscript.tools.errors import InputError
from viscript.tools.values import Image

arrays = hnp.arrays(np.uint8, st.tuples(st.integers(1, 8), st.integers(1, 8), st.just(3)))


@settings(deadline=None)
@given(arrays)
def test_an_array_keeps_its_pixels(array: NDArray[np.uint8]) -> None:
    image = Image.from_array(array)
    assert np.array_equal(image.pixels, array)
    assert image.size == (array.shape[1], array.shape[0])
    assert np.array_equal(np.asarray(image.to_pil()), array)
    assert np.array_equal(np.asarray(PIL.Image.open(io.BytesIO(image.to_png()))), array)


@settings(deadline=None)
@given(arrays, arrays)
def test_two_pictures_are_equal_when_their_pixels_are(
    one: NDArray[np.uint8], other: NDArray[np.uint8]
) -> None:
    same = one.shape == other.shape and np.array_equal(one, other)
    first, second = Image.from_array(one, "a"), Image.from_array(other, "b")
    assert (first == second) is same
    assert (first.digest == second.digest) is same
    assert first == Image.from_array(one.copy(), "elsewhere")
    assert hash(first) == hash(Image.from_array(one.copy()))


def test_the_shape_counts_not_only_the_bytes() -> None:
    wide = np.zeros((2, 6, 3), np.uint8)
    assert Image.from_array(wide) != Image.from_array(wide.reshape(6, 2, 3))


def test_kinds_of_arrays_that_mean_the_same_give_the_same_picture() -> None:
    grey = np.array([[0, 255], [255, 0]], np.uint8)
    same = [
        grey,
        grey[:, :, None],
        np.repeat(grey[:, :, None], 3, axis=2),
        grey > 0,
        grey / 255.0,
        (grey / 255).astype(np.float16),
        np.dstack([grey, grey, grey, np.full_like(grey, 255)]),
    ]
    assert len({Image.from_array(array).digest for array in same}) == 1


def test_neither_the_array_nor_the_pixels_can_change_a_picture() -> None:
    array = np.zeros((2, 2, 3), np.uint8)
    image = Image.from_array(array)
    array[:] = 9
    assert image.pixels.max() == 0
    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0] = 1
    image.to_pil().putpixel((0, 0), (1, 1, 1))
    assert image.pixels.max() == 0


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((4,), np.uint8), "has the shape"),
        (np.zeros((4, 4, 2), np.uint8), "has the shape"),
        (np.zeros((4, 4, 5), np.uint8), "has the shape"),
        (np.zeros((1, 4, 4, 3), np.uint8), "has the shape"),
        (np.zeros((0, 4, 3), np.uint8), "no pixels"),
        (np.zeros((4, 4, 3), np.uint16), "not uint16"),
        (np.zeros((4, 4, 3), np.int64), "not int64"),
        (np.zeros((4, 4), np.complex128), "not complex128"),
        (np.full((4, 4), "a"), "not <U1"),
        (np.full((4, 4), 2.0), r"must lie in \[0, 1\]"),
        (np.full((4, 4), -0.1), r"must lie in \[0, 1\]"),
        (np.full((4, 4), np.nan), r"must lie in \[0, 1\]"),
    ],
)
def test_an_array_that_is_no_picture_is_refused(array: NDArray[Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Image.from_array(array)


def test_pixels_are_loaded_once_however_many_threads_ask() -> None:
    loads: list[int] = []

    def load() -> NDArray[np.uint8]:
        loads.append(1)
        return np.zeros((1, 1, 3), np.uint8)

    image = Image((1, 1), "slow", load)
    threads = [threading.Thread(target=lambda: image.pixels) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == [1]


def test_a_picture_that_decodes_to_another_size_is_refused() -> None:
    image = Image((2, 2), "liar", lambda: np.zeros((3, 3, 3), np.uint8))
    with pytest.raises(InputError, match="liar decoded to"):
        _ = image.pixels


@pytest.mark.parametrize("name", ["a.png", "a.PNG", "a.jpg", "a.jpeg", "a.webp"])
def test_a_saved_picture_can_be_opened(tmp_path: Path, name: str, astronaut: Image) -> None:
    path = astronaut.save(tmp_path / name)
    with PIL.Image.open(path) as opened:
        assert opened.size == astronaut.size
        difference = np.abs(np.asarray(opened.convert("RGB")).astype(int) - astronaut.pixels)
    assert difference.mean() < (6 if path.suffix.lower() != ".png" else 1e-9)


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.bmp", "'.bmp'"), ("png", "'png'"), ("no/folder/a.png", "No such file")],
)
def test_a_picture_that_cannot_be_saved_there_says_why(
    tmp_path: Path, name: str, said: str, astronaut: Image
) -> None:
    with pytest.raises(InputError, match=said):
        astronaut.save(tmp_path / name)
