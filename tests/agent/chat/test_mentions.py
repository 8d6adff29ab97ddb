"""What a request spoke of, told from the run of a real program on a real photo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from viscript import Image, Toolbox, run_program
from viscript.agent.chat.mentions import mentions_of
from viscript.agent.chat.state import MentionState

Mentioned = Callable[..., list[MentionState]]


@pytest.fixture
def mentioned(embedded: Toolbox, astronaut: Image) -> Mentioned:
    def of(request: str, program: str, **given: Any) -> list[MentionState]:
        known = {noun: name for noun, (name, _) in given.items()}
        run = run_program(program, [astronaut], embedded, given=dict(given.values()), record=False)
        assert run.error is None, run.error
        return mentions_of(request, run, known, 3)

    return of


def test_what_was_looked_for_is_spoken_of(mentioned: Mentioned, astronaut: Image) -> None:
    (one,) = mentioned("How many people?", "a = find(image, 'person')\nanswer = count(a)")
    assert (one["noun"], one["name"], one["base"], one["found"]) == ("people", "a", "", 1)
    assert (one["single"], one["gone"], one["picture"]) == (False, False, astronaut.digest)


def test_what_was_chosen_is_told_from_what_it_was_chosen_of(mentioned: Mentioned) -> None:
    program = "a = find(image, 'person')\nb = select(a, 'tallest')\nanswer = tag(image, b)"
    (one,) = mentioned("Which person is the tallest?", program)
    assert (one["name"], one["base"]) == ("b", "a_3")
    program = "a = find(image, 'person')\nb = [x for x in a if x.width > 9]\nc = b[0]\nanswer = 1"
    (one,) = mentioned("Which person is wide?", program)
    assert (one["name"], one["base"], one["single"]) == ("c", "a_3", True)


def test_what_only_says_where_something_is_comes_second(mentioned: Mentioned) -> None:
    program = "a = find(image, 'person')\nb = find(image, 'bench')\nanswer = count(a) + count(b)"
    first, second = mentioned("Is there a person on the bench?", program)
    assert (first["noun"], first["minor"]) == ("person", False)
    assert (second["noun"], second["minor"], second["found"]) == ("bench", True, 0)
    both = mentioned("How many persons and benches are there?", program)
    assert [one["minor"] for one in both] == [False, False]


def test_what_was_asked_about_is_there_though_it_is_not_so(mentioned: Mentioned) -> None:
    program = "a = find(image, 'person')\nb = [x for x in a if x.width < 9]\nanswer = exists(b)"
    (one,) = mentioned("Is the person small?", program)
    assert (one["name"], one["found"]) == ("a", 1)
    (one,) = mentioned("Is there a small person?", program)
    assert (one["name"], one["found"]) == ("b", 0)


def test_what_an_edit_took_out_is_gone(mentioned: Mentioned) -> None:
    program = "a = find_faces(image)\nanswer = remove(image, a)"
    (one,) = mentioned("Remove the faces", program)
    assert (one["noun"], one["gone"]) == ("faces", True)


def test_what_an_earlier_turn_had_found_is_spoken_of_again(
    mentioned: Mentioned, astronaut: Image, embedded: Toolbox
) -> None:
    people = embedded.find(astronaut, "person")
    (one,) = mentioned(
        "what color is the person?", "a = p_1\nanswer = color_of(a[0])", person=("p_1", people)
    )
    assert (one["noun"], one["name"], one["found"]) == ("person", "a", 1)


def test_what_the_request_does_not_name_is_not_spoken_of(mentioned: Mentioned) -> None:
    program = "a = find(image, 'dog')\nb = find(image, 'person')\nanswer = count(a) + count(b)"
    assert [one["noun"] for one in mentioned("What is here?", program)] == ["person"]
