from __future__ import annotations

import numpy as np
import pytest
from viscript.tools.backends.emojis import emoji_names, emoji_picture, find_emoji
from viscript.tools.errors import ToolError


@pytest.mark.parametrize(
    ("name", "character"),
    [
        ("smiling_face_with_sunglasses", "😎"),
        ("winking_face", "😉"),
        ("face_with_tears_of_joy", "😂"),
        ("crying_face", "😢"),
        ("angry_face", "😠"),
        ("face_with_tongue", "😛"),
        ("Smiling Face with Heart-Eyes", "😍"),
        ("grinning_face", "😀"),
        ("SERIOUS FACE WITH SYMBOLS COVERING MOUTH", "🤬"),
        ("face_in_clouds", "😶‍🌫️"),
        ("dog face", "🐶"),
        ("sunglasses", "😎"),
        ("heart-eyes", "😍"),
        ("angry", "😠"),
        ("😎", "😎"),
        ("❤", "❤️"),
        (" ☠️ ", "☠️"),
    ],
)
def test_an_emoji_is_found_by_its_names_and_by_itself(name: str, character: str) -> None:
    assert find_emoji(name) == character


def test_every_emoji_draws_its_own_picture() -> None:
    characters = set(emoji_names().values())
    pictures = {one: emoji_picture(one, 48) for one in characters}
    assert len(characters) == 451
    assert all(picture[..., 3].max() > 200 for picture in pictures.values())
    assert len({picture.tobytes() for picture in pictures.values()}) == len(characters)


@pytest.mark.parametrize("side", [1, 2, 7, 48, 136, 137, 700])
def test_a_picture_has_the_size_that_was_asked_for(side: int) -> None:
    picture = emoji_picture("😀", side)
    assert picture.shape == (side, side, 4)
    assert picture.dtype == np.uint8
    yellow = picture[side // 2, side // 4] if side > 2 else picture[0, 0]
    assert yellow[0] > 180 > yellow[2]


def test_the_outline_of_an_enlarged_emoji_is_sharp_and_has_no_dark_fringe() -> None:
    picture = emoji_picture("😀", 700).astype(int)
    alpha = picture[..., 3]
    edge = (alpha > 20) & (alpha < 235)
    assert edge.mean() < 0.02
    assert picture[edge][:, 0].min() > 150


@pytest.mark.parametrize("name", ["xyzzy", "", "___", "🚗", "a" * 5000])
def test_an_unknown_emoji_is_an_error_with_suggestions(name: str) -> None:
    with pytest.raises(ToolError) as caught:
        find_emoji(name)
    assert caught.value.hint.startswith("try ")


def test_a_misspelt_name_is_suggested() -> None:
    with pytest.raises(ToolError) as caught:
        find_emoji("winkin_fase")
    assert "winking_face" in caught.value.hint
