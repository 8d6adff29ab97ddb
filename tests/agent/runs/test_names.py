"""What a run was given and what its names were: kept, read, replayed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from viscript import Box, Image, InputError, Region, Toolbox
from viscript.agent.runs import read_run, replay, run_program

PROGRAM = """
near = [r for r in things_1 if r.box.left < 100]
seen = count(near)
answer = seen + count(things_1)
"""


@pytest.fixture
def toolbox(toolbox_of: Callable[[], Toolbox]) -> Toolbox:
    return toolbox_of()


@pytest.fixture
def things(coffee: Image) -> list[Region]:
    return [Region(coffee, Box(x, 10, x + 40, 60), "thing", 0.5) for x in (20, 300)]


@pytest.fixture
def recorded(toolbox: Toolbox, coffee: Image, things: list[Region], tmp_path: Path) -> Path:
    given = {"things_1": things}
    run = run_program(PROGRAM, [coffee], toolbox, given=given, folder=tmp_path / "run")
    assert run.answer == 3
    return tmp_path / "run"


def test_the_names_of_a_run_are_read_with_their_values(
    recorded: Path, things: list[Region]
) -> None:
    run = read_run(recorded)
    assert run.names == {"near": things[:1], "seen": 1}
    assert run.given == {"things_1": things}


def test_a_run_that_was_given_values_can_be_replayed(recorded: Path, toolbox: Toolbox) -> None:
    again = replay(recorded, toolbox)
    assert (again.run.answer, again.difference.same) == (3, True)


def test_given_names_can_not_be_assigned(
    toolbox: Toolbox, coffee: Image, things: list[Region]
) -> None:
    run = run_program(
        "things_1 = 3\nanswer = things_1", [coffee], toolbox, given={"things_1": things}
    )
    assert [one.code for one in run.diagnostics] == ["shadows-input"]


def test_what_nobody_could_use_or_is_too_large_is_not_kept(
    toolbox: Toolbox, coffee: Image, tmp_path: Path
) -> None:
    program = "numbers = range(300)\nword = 'x'\nnothing = None\nanswer = len(numbers)"
    program += " + len(word) + (1 if nothing == None else 0)"
    run = run_program(program, [coffee], toolbox, folder=tmp_path / "run")
    assert run.error is None
    assert read_run(tmp_path / "run").names == {"word": "x"}


def test_a_run_without_names_has_no_file_of_them(
    toolbox: Toolbox, coffee: Image, tmp_path: Path
) -> None:
    run_program("answer = 1", [coffee], toolbox, folder=tmp_path / "run")
    assert not (tmp_path / "run" / "names.json").exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"given": {}}', '{"given": {}, "names": {"a": {}}}'])
def test_a_damaged_file_of_names_is_refused(recorded: Path, text: str) -> None:
    (recorded / "names.json").write_text(text)
    with pytest.raises(InputError):
        read_run(recorded)
