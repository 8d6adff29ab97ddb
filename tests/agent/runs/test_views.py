from __future__ import annotations

import numpy as np
import pytest
from viscript import Image, Region
from viscript.agent.runs.views import MAX_FIGURES, MAX_LETTERS, MAX_ROWS, Gallery, view_of
from viscript.tools.values import Box

PHOTO = Image.from_array(np.zeros((30, 40, 3), np.uint8), "photo.png")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "nothing"),
        (2, "2"),
        (1 / 3, "0.333333"),
        ([], "an empty list"),
        (PHOTO, "40 × 30, photo.png"),
        ([Region(PHOTO, Box(0, 0, 1, 1), one) for one in ("cat", "dog", "cat")],
         "3 regions: cat × 2, dog"),
        (Region(PHOTO, Box(0, 0, 1, 1)), "1 region: region"),
    ],
)  # fmt: skip
def test_a_value_is_told_in_words_that_people_use(value: object, words: str) -> None:
    assert view_of(value, Gallery()).words == words


def test_text_is_quoted_and_cut_at_a_length() -> None:
    view = view_of("a" * (MAX_LETTERS + 3), Gallery())
    assert view.quote == "a" * MAX_LETTERS
    assert view.more == 3


def test_what_was_read_from_a_picture_is_marked_as_a_quotation() -> None:
    regions = [Region(PHOTO, Box(0, 0, 1, 1), "text", text="STOP"), Region(PHOTO, Box(0, 0, 1, 1))]
    rows = view_of(regions, Gallery()).rows
    assert [(row.name, row.quoted) for row in rows] == [("STOP", True), ("region", False)]


def test_regions_of_several_pictures_are_drawn_over_their_own() -> None:
    other = Image.from_array(np.ones((30, 40, 3), np.uint8), "other.png")
    regions = [Region(PHOTO, Box(0, 0, 9, 9), "cat"), Region(other, Box(0, 0, 9, 9), "dog")]
    figures = view_of(regions, Gallery()).figures
    assert [figure.caption for figure in figures] == ["40 × 30, photo.png", "40 × 30, other.png"]
    assert [len(figure.overlay.marks) for figure in figures if figure.overlay] == [1, 1]


def test_long_lists_say_how_much_is_left_out() -> None:
    assert view_of(list(range(MAX_ROWS + 5)), Gallery()).more == 5
    pictures = [
        Image.from_array(np.full((3, 3, 3), value, np.uint8)) for value in range(MAX_FIGURES + 2)
    ]
    view = view_of([Region(one, Box(0, 0, 1, 1)) for one in pictures], Gallery())
    assert len(view.figures) == MAX_FIGURES


def test_the_same_regions_are_drawn_once_in_a_page() -> None:
    gallery = Gallery()
    for _ in range(3):
        view_of([Region(PHOTO, Box(0, 0, 9, 9), "cat")], gallery)
    assert len(gallery.overlays.all) == len(gallery.thumbnails.all) == 1
