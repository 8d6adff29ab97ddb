from __future__ import annotations

import pytest
from viscript.agent.chat.meaning import Question
from viscript.agent.chat.pictures import About, about, index_of

TWO = ("beach.jpg", "street.jpg")
THREE = (*TWO, "garden.jpg")
ASKED = "how many dogs are there?"


@pytest.mark.parametrize(
    ("said", "names", "focus", "last", "meant"),
    [
        ("what about the other picture?", TWO, 0, ASKED, About(1, ASKED, stays=True)),
        ("and in the other one?", TWO, 1, ASKED, About(0, ASKED, stays=True)),
        ("the third picture", THREE, 0, ASKED, About(2, ASKED, stays=True)),
        ("now the next photo", THREE, 2, ASKED, About(0, ASKED, stays=True)),
        (
            "is there a cat in the other picture?",
            TWO,
            0,
            ASKED,
            About(1, "is there a cat in the picture?", stays=True),
        ),
        ("which picture has more dogs?", TWO, 0, ASKED, About(-1, "which picture has more dogs?")),
        (
            "are there dogs in both pictures?",
            TWO,
            1,
            "",
            About(-1, "are there dogs in both pictures?"),
        ),
        (
            "what about the other picture?",
            TWO,
            -1,
            "how many dogs are in the left picture?",
            About(-1, "how many dogs are in the right picture?"),
        ),
        (
            "and the right picture?",
            TWO,
            -1,
            ASKED,
            About(-1, "how many dogs are there in the right picture?"),
        ),
        (
            "is there a cat in the other picture?",
            TWO,
            -1,
            "is there a dog in the first picture?",
            About(-1, "is there a cat in the second picture?"),
        ),
        ("is there a cat?", TWO, 0, ASKED, About(0, "is there a cat?")),
        (
            "what about the other picture?",
            ("a.jpg",),
            0,
            ASKED,
            About(0, "what about the other picture?"),
        ),
    ],
)
def test_which_picture_a_message_is_about(
    said: str, names: tuple[str, ...], focus: int, last: str, meant: About
) -> None:
    assert about(said, names, focus, last) == meant


@pytest.mark.parametrize(
    ("names", "focus"), [(THREE, 0), (TWO, -1)], ids=["one of three", "two, and none was named"]
)
def test_what_can_not_be_told_is_asked(names: tuple[str, ...], focus: int) -> None:
    meant = about("what about the other picture?", names, focus, ASKED)
    assert isinstance(meant, Question)
    assert "1 beach.jpg, 2 street.jpg" in meant.text


@pytest.mark.parametrize(
    ("word", "index"),
    [
        ("2", 1),
        ("street.jpg", 1),
        ("STREET", 1),
        ("first", 0),
        ("last", 2),
        ("9", None),
        ("x", None),
    ],
)
def test_pictures_have_numbers_names_and_places(word: str, index: int | None) -> None:
    assert index_of(word, THREE, 0) == index
