from __future__ import annotations

import pytest
from viscript.agent.program import Scope, check
from viscript.agent.runs.bindings import types_for, unbound_for


@pytest.mark.parametrize(
    ("count", "name", "advice"),
    [
        (2, "image", "give one picture, or use images, left, right"),
        (1, "left", "give two pictures, or use images, image"),
        (3, "right", "give two pictures, or use images"),
        (0, "image", "give one picture, or use images"),
    ],
)
def test_a_name_that_other_pictures_bind_says_how_many_to_give(
    count: int, name: str, advice: str
) -> None:
    scope = Scope({}, types_for(count), unbound=unbound_for(count))
    checked = check(f"answer = {name}.width", scope)
    assert [(one.code, one.suggestion) for one in checked.diagnostics] == [
        ("undefined-name", advice)
    ]


def test_while_the_pictures_are_not_known_every_name_is_bound() -> None:
    assert unbound_for(None) == {}
