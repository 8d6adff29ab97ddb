from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript.agent.cli.demo import FOLDER, PHOTO, PROGRAMS
from viscript.tools.values import read_image

Command = Callable[..., tuple[int, str, str]]


def test_the_demo_answers_and_edits_with_real_models(viscript: Command) -> None:
    code, out, err = viscript("demo")
    assert (code, err) == (0, "")
    assert "1 person and 1 face; the person's main colour is orange" in out
    assert out.count("explained in") == len(PROGRAMS)
    data = json.loads(viscript("demo", "--json")[1])
    edited = read_image(data["runs"][1]["answer"]["path"])
    photo = read_image(PHOTO)
    assert edited.size == photo.size
    assert edited != photo


def test_the_second_program_takes_from_the_cache_what_the_first_found(viscript: Command) -> None:
    data = json.loads(viscript("demo", "--json")[1])
    steps = {step["tool"]: step["cached"] for step in data["runs"][1]["steps"]}
    assert steps["find"] is True
    assert steps["find_faces"] is True


def test_the_photo_is_small_and_says_where_it_is_from() -> None:
    assert PHOTO.stat().st_size < 150_000
    origin = (FOLDER / "ORIGIN.md").read_text("utf-8")
    assert PHOTO.name in origin
    assert "public" in origin


@pytest.mark.parametrize("name", PROGRAMS)
def test_its_programs_are_checked_files_like_any_other(viscript: Command, name: str) -> None:
    program = FOLDER / f"{name}.viscript"
    assert viscript("check", program, "--images", "1", "--profile", "all")[0] == 0
    assert Path(program).suffix == ".viscript"
