"""Pictures as they are sent to models, and their boxes back in the original's pixels."""

from __future__ import annotations

import io

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript import Box, Image, InputError
from viscript.tools.backends.sent_picture import SentPicture

SIDES = st.integers(1, 400)


@given(SIDES, SIDES, st.integers(64, 300))
def test_a_picture_is_never_larger_than_allowed_and_never_enlarged(
    width: int, height: int, most: int
) -> None:
    image = Image.from_array(np.zeros((height, width), np.uint8))
    sent = SentPicture.of(image, most)
    assert max(sent.size) == min(max(width, height), most)
    assert min(sent.size) >= 1
    assert PIL.Image.open(io.BytesIO(sent.file)).size == sent.size


@given(SIDES, SIDES, st.tuples(*[st.floats(0, 1)] * 4), st.sampled_from(["pixels", "thousandths"]))
def test_a_box_comes_back_where_it_was(
    width: int, height: int, shares: tuple[float, float, float, float], unit: str
) -> None:
    left, right = sorted((shares[0], shares[1]))
    top, bottom = sorted((shares[2], shares[3]))
    sent = SentPicture(b"", "image/png", (max(width // 3, 1), max(height // 3, 1)), (width, height))
    across, down = (1000, 1000) if unit == "thousandths" else sent.size
    told = (left * across, top * down, right * across, bottom * down)
    wanted = Box(left * width, top * height, right * width, bottom * height)
    if wanted.area < 1e-6:
        return
    box = sent.box(*told, unit="thousandths" if unit == "thousandths" else "pixels")
    assert box.xyxy == pytest.approx(wanted.xyxy, abs=1e-6)


def test_a_photo_goes_as_jpeg_and_a_drawing_as_png(astronaut: Image) -> None:
    flat = Image.from_array(np.full((300, 300, 3), 200, np.uint8))
    photo = SentPicture.of(astronaut, 1024)
    assert photo.kind == "image/jpeg"
    assert photo.data_uri.startswith("data:image/jpeg;base64,/9j/")
    assert SentPicture.of(flat, 1024).kind == "image/png"


@pytest.mark.parametrize(
    ("box", "message"),
    [
        ((0, 0, 103, 50), "lies outside"),
        ((-3, 0, 50, 50), "lies outside"),
        ((0, 0, float("nan"), 50), "lies outside"),
        ((0, float("-inf"), 50, 50), "lies outside"),
        ((50, 10, 20, 30), "left <= right"),
        ((20, 10, 20, 30), "is empty"),
    ],
)
def test_a_box_that_is_none_is_refused(
    box: tuple[float, float, float, float], message: str
) -> None:
    sent = SentPicture(b"", "image/png", (100, 100), (200, 200))
    with pytest.raises(InputError, match=message):
        sent.box(*box)


def test_a_box_that_is_off_by_rounding_is_cut_at_the_edge() -> None:
    sent = SentPicture(b"", "image/png", (100, 100), (200, 200))
    assert sent.box(-1, 10, 101, 50).xyxy == (0, 20, 200, 100)
