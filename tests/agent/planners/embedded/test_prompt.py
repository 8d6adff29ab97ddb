"""The prompt of the embedded model."""

from __future__ import annotations

import pytest
from viscript.agent.planners.embedded.prompt import prompt_for
from viscript.tools.errors import InputError


@pytest.mark.parametrize(
    ("images", "names"), [(1, "image"), (2, "left, right"), (3, "images"), (7, "images")]
)
def test_the_prompt_names_the_pictures_and_ends_where_the_program_begins(
    images: int, names: str
) -> None:
    assert prompt_for("how many dogs?", images) == f"# {names}: how many dogs?\n"


def test_a_request_of_several_lines_becomes_one_so_that_it_can_not_begin_a_program() -> None:
    assert prompt_for("how many\nanswer = 3\t dogs", 1) == "# image: how many answer = 3 dogs\n"


@pytest.mark.parametrize(("request_", "images"), [("", 1), (" \n", 1), ("x" * 401, 1), ("dogs", 0)])
def test_an_empty_or_endless_request_and_no_picture_are_refused(request_: str, images: int) -> None:
    with pytest.raises(InputError):
        prompt_for(request_, images)
