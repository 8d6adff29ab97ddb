from __future__ import annotations

import socket

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import pytest
from viscript import Toolbox
from viscript.tools.backends.fonts import Lettering
from viscript.tools.backends.ocr import in_reading_order
from viscript.tools.values import Box, Image, Region

WORDS = {"EXIT": (40, 30), "Coffee 42": (300, 34), "Second line": (60, 220)}


def drawn(size: tuple[int, int], words: dict[str, tuple[int, int]], height: int) -> Image:
    picture = PIL.Image.new("RGB", size, (235, 230, 220))
    draw = PIL.ImageDraw.Draw(picture)
    font = PIL.ImageFont.load_default(height)
    for text, place in words.items():
        draw.text(place, text, fill=(20, 20, 60), font=font)
    return Image.from_array(np.asarray(picture))


def test_text_is_read_in_reading_order_where_it_stands(embedded: Toolbox) -> None:
    lines = embedded.read_text(drawn((640, 400), WORDS, 48))
    assert [line.text for line in lines] == list(WORDS)
    for line, (x, y) in zip(lines, WORDS.values(), strict=True):
        assert line.label == "text"
        assert line.score > 0.9
        assert line.box.left == pytest.approx(x, abs=12)
        assert y - 5 < line.box.top < y + 25
        assert 25 < line.box.height < 75


def test_boxes_are_in_pixels_of_a_picture_that_is_too_large_to_read(embedded: Toolbox) -> None:
    (line,) = embedded.read_text(drawn((4000, 3000), {"HELLO": (2000, 1500)}, 300))
    assert line.text == "HELLO"
    assert line.box.left == pytest.approx(2000, abs=60)
    assert 1500 < line.box.y < 1850


def test_slanted_text_has_an_upright_box(embedded: Toolbox) -> None:
    straight = drawn((640, 400), {"SLANTED": (150, 150)}, 64).to_pil()
    slanted = straight.rotate(15, fillcolor=(235, 230, 220))
    (line,) = embedded.read_text(Image.from_array(np.asarray(slanted)))
    assert line.text == "SLANTED"
    assert line.box.height > 90


@pytest.mark.parametrize("text", ["INVOICE 11177", "Coffee 42", "EXIT"])
@pytest.mark.parametrize("angle", [90, 180, 270])
def test_text_is_read_however_the_picture_is_turned(
    embedded: Toolbox, text: str, angle: int
) -> None:
    turned = drawn((640, 400), {text: (100, 150)}, 48).to_pil().rotate(angle, expand=True)
    (line,) = embedded.read_text(Image.from_array(np.asarray(turned)))
    assert line.text == text
    assert line.score > 0.9


@pytest.mark.parametrize("text", ["出口在左边", "請勿吸煙", "いぬとネコ", "Ångström żółć"])
def test_the_scripts_that_the_tool_promises_are_read(embedded: Toolbox, text: str) -> None:
    picture = PIL.Image.new("RGB", (640, 160), "white")
    Lettering(48).draw(PIL.ImageDraw.Draw(picture), (60, 50), text, (20, 20, 60))
    (line,) = embedded.read_text(Image.from_array(np.asarray(picture)))
    assert line.text == text


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (300, 400)])
def test_pictures_without_text_have_none_however_shaped(
    embedded: Toolbox, shape: tuple[int, int]
) -> None:
    assert embedded.read_text(Image.from_array(np.full(shape, 128, dtype=np.uint8))) == []


def test_reading_is_silent_offline_and_the_same_each_time(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("tried to use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    picture = drawn((320, 120), {"again": (40, 30)}, 40)
    first, second = (Toolbox.load("embedded", cache=None).read_text(picture) for _ in range(2))
    assert first == second
    assert [line.text for line in first] == ["again"]
    assert capfd.readouterr() == ("", "")


def test_lines_go_down_and_their_parts_from_left_to_right() -> None:
    picture = Image.from_array(np.zeros((100, 300), dtype=np.uint8))
    places = {"c": (10, 60), "b": (200, 12), "a": (10, 8), "d": (150, 55)}
    regions = [
        Region(picture, Box(x, y, x + 50, y + 20), "text", text=text)
        for text, (x, y) in places.items()
    ]
    assert "".join(one.text for one in in_reading_order(regions)) == "abcd"
