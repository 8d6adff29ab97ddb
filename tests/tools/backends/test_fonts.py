from __future__ import annotations

import numpy as np
import PIL.Image
import PIL.ImageDraw
import pytest
from numpy.typing import NDArray
from viscript.tools.backends.fonts import BASE, FILES, FOLDER, Lettering, file_for, text_runs

BLACK = (0, 0, 0)


def drawn(text: str, size: int = 24) -> NDArray[np.bool_]:
    """Where the ink of a text is, the text 20 pixels from the corner."""
    paper = PIL.Image.new("RGB", (600, 80), "white")
    Lettering(size).draw(PIL.ImageDraw.Draw(paper), (20, 20), text, BLACK)
    return np.asarray(paper)[..., 0] < 128


SCRIPTS = {
    "Latin": "dog Ångström",
    "Greek": "σκύλος",
    "Cyrillic": "собака",
    "Korean": "강아지",
    "Chinese": "狗和猫",
    "Japanese": "いぬ イヌ",
    "Arabic": "كلب",
    "Hebrew": "כלב",
    "Armenian": "շուն",
    "Georgian": "ძაღლი",
    "Devanagari": "कुत्ता",
    "Bengali": "কুকুর",
    "Gurmukhi": "ਕੁੱਤਾ",
    "Gujarati": "કૂતરો",
    "Oriya": "କୁକୁର",
    "Tamil": "நாய்",
    "Telugu": "కుక్క",
    "Kannada": "ನಾಯಿ",
    "Malayalam": "നായ",
    "Sinhala": "බල්ලා",
    "Thai": "สุนัข",
    "Lao": "ຫມາ",
    "Khmer": "ឆ្កែ",
    "Myanmar": "ခွေး",
    "Ethiopic": "ውሻ",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_script_is_drawn_and_not_as_signs_for_missing_letters(script: str) -> None:
    text = SCRIPTS[script]
    ink = drawn(text)
    tofu = drawn("\U000f0000" * len(text))
    assert ink.sum() > 40
    assert not np.array_equal(ink, tofu)
    assert all(file_for(letter) != BASE for letter in text if ord(letter) > 0x500)


def test_different_korean_syllables_look_different() -> None:
    pictures = {drawn(syllable).tobytes() for syllable in "강아지고양이나무"}
    assert len(pictures) == 8


def test_a_letter_that_no_font_has_is_drawn_as_missing() -> None:
    assert file_for("\U000f0000") == BASE
    assert drawn("\U000f0000").any()


@pytest.mark.parametrize("text", ["dog", "강아지 dog", "שלום dog", "हिन्दी", "W" * 20])
def test_the_measured_width_holds_the_ink(text: str) -> None:
    lettering = Lettering(24)
    rows, columns = np.nonzero(drawn(text))
    assert columns.min() >= 18
    assert columns.max() <= 20 + lettering.width(text) + 2
    assert rows.min() >= 20
    assert rows.max() < 20 + lettering.line_height


def test_a_shortened_text_fits_and_ends_in_an_ellipsis() -> None:
    lettering = Lettering(20)
    text = "a very long label indeed"
    for width in range(0, 260, 7):
        short = lettering.shortened(text, width)
        assert lettering.width(short) <= width
        assert short == text or short == "" or short.endswith("…")
    assert lettering.shortened(text, 1000) == text


def test_line_breaks_and_control_characters_become_spaces() -> None:
    assert [run.text for run in text_runs("a\nb\x00c\u2028d")] == ["a b c d"]


def test_text_from_the_right_has_its_runs_from_right_to_left() -> None:
    assert [run.text.strip() for run in text_runs("שלום dog")] == ["dog", "שלום"]
    assert [run.text.strip() for run in text_runs("dog שלום")] == ["dog", "שלום"]


def test_marks_stay_with_their_letters() -> None:
    assert len(text_runs("क्षत्रिय")) == 1
    assert len(text_runs("e\u0301")) == 1


def test_every_font_is_shipped_and_has_its_origin_written_down() -> None:
    origins = (FOLDER / "ORIGINS.md").read_text(encoding="utf-8")
    assert {path.name for path in FOLDER.glob("*.ttf")} == {*FILES, "NotoColorEmoji-subset.ttf"}
    for name in ("DroidSansFallback.ttf", "NotoSans*-Regular.ttf", "NotoColorEmoji-subset.ttf"):
        assert name in origins
