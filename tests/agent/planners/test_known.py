"""A program of the embedded model, with what the conversation knows in the place of a search."""

from __future__ import annotations

import pytest
from viscript.agent.planners.offline import with_known


@pytest.mark.parametrize(
    ("request_", "written", "becomes"),
    [
        ("blur the people", "a = find(image, 'people')", "a = people_1"),
        ("crop the person", "a = find(image, 'person')", "a = people_1"),
        ("blur the person", "a = find_faces(image)", "a = people_1"),
        ("blur the face of the person", "a = find_faces(image)", "a = find_faces(image)"),
        (
            "are the people near the dog?",
            "a = find(image, 'people')\nb = find(image, 'dog')",
            "a = people_1\nb = find(image, 'dog')",
        ),
        ("how many people are in both?", "a = find(left, 'people')", "a = find(left, 'people')"),
        ("what do the people see?", "a = find(image, 'dog')", "a = find(image, 'dog')"),
    ],
)
def test_what_is_known_is_not_looked_for_again(request_: str, written: str, becomes: str) -> None:
    assert with_known(written, {"people": "people_1"}, request_) == becomes


def test_nothing_known_leaves_a_program_as_it_is() -> None:
    program = "a = find_faces(image)\nanswer = count(a)"
    assert with_known(program, {}, "how many people?") == program
