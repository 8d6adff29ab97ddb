from __future__ import annotations

import pytest
from viscript import Image, Toolbox, tool
from viscript.tools.notes import LONGEST_NOTE, MOST_NOTES, note, noting
from viscript.tools.values import ImageLike


@tool(reads_pixels=True)
def admire(image: ImageLike, times: int) -> str:
    """Admires a picture.

    Args:
        image: the picture.
        times: how often.

    Returns:
        A compliment.
    """
    for number in range(times):
        note(f"look {number + 1}")
    return "nice"


def test_a_call_hands_over_its_notes_and_a_cached_one_has_none(astronaut: Image) -> None:
    tools = Toolbox.load(tools=[admire], cache=None)
    assert tools.invoke("admire", {"image": astronaut, "times": 2}).notes == ("look 1", "look 2")
    assert tools.invoke("admire", {"image": astronaut, "times": 0}).notes == ()


def test_calls_within_a_call_note_for_it() -> None:
    with noting() as outer:
        note("before")
        with noting():
            note("inside")
    assert outer == ["before", "inside"]


@pytest.mark.parametrize("times", [MOST_NOTES, MOST_NOTES + 5])
def test_notes_are_few_and_short(times: int) -> None:
    with noting() as notes:
        for _ in range(times):
            note("long\n" * 1000)
    assert len(notes) == MOST_NOTES
    assert all(len(one) <= LONGEST_NOTE and one.isprintable() for one in notes)


def test_outside_of_a_call_nothing_is_noted() -> None:
    note("to nobody")
