"""Tools whose results are emptied."""

from __future__ import annotations

import pytest
from viscript import Image, Toolbox, ToolError
from viscript.eval.emptied import EmptiedToolbox
from viscript.eval.truth import answer_with


@pytest.fixture(scope="module")
def emptied() -> EmptiedToolbox:
    return EmptiedToolbox(Toolbox.load("embedded", cache=None))


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        ("answer = count(find(image, 'person'))", "0"),
        ("answer = exists(find(image, 'person'))", "no"),
        ("answer = color_of(image)", ""),
        ("answer = len(read_text(image))", "0"),
        ("answer = 'big' if image.width > 100 else 'small'", "big"),
    ],
)
def test_what_looks_at_pictures_sees_nothing(
    emptied: EmptiedToolbox, astronaut: Image, program: str, answer: str
) -> None:
    assert answer_with(emptied, program, [astronaut]).text == answer


def test_an_edit_leaves_the_picture_as_it_is(emptied: EmptiedToolbox, astronaut: Image) -> None:
    program = "answer = blur_background(image, find(image, 'person'))"
    assert answer_with(emptied, program, [astronaut]).value == astronaut


def test_a_picture_made_from_words_alone_has_no_empty_result() -> None:
    hub = EmptiedToolbox(Toolbox.load("hub", cache=None))
    with pytest.raises(ToolError, match="generate has no empty result"):
        hub.invoke("generate", {"prompt": "a lighthouse"})


def test_a_program_that_needs_something_has_no_answer(
    emptied: EmptiedToolbox, astronaut: Image
) -> None:
    assert answer_with(emptied, "answer = find(image, 'person')[0].label", [astronaut]).text == ""
