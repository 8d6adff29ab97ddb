from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from viscript.agent.planners import connect
from viscript.agent.planners.recall import Recall
from viscript.tools.registry import Registry

Command = Callable[..., tuple[int, str, str]]
PROGRAM = 'answer = count(find(image, "person")) > 3'
REQUEST = "Is this a whole crew?"


@pytest.fixture
def asked(viscript: Command, photo: Path, scripted: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a run that was asked for in words."""

    def planner_from(name: str, **settings: Any) -> Any:
        return scripted(PROGRAM)

    monkeypatch.setattr(connect, "planner_from", planner_from)
    return Path(json.loads(viscript("ask", photo, REQUEST, "--json")[1])["run"]).name


def test_a_run_becomes_an_example_that_is_found_for_requests_like_its_own(
    viscript: Command, asked: str, tmp_path: Path
) -> None:
    code, out, _ = viscript("examples", "add", asked, "--why", "A crew is four or more.")
    assert code == 0
    assert f"added to {tmp_path / 'home' / 'examples.toml'}" in out
    first, *_ = Recall.standard().nearest(
        "Is that a whole crew?", Registry.standard(), {"image": "a picture"}
    )
    assert (first.program, first.why) == (PROGRAM, "A crew is four or more.")


def test_the_examples_of_the_user_are_shown(viscript: Command, asked: str) -> None:
    assert "0 of your own" in viscript("examples", "list")[1]
    viscript("examples", "add", "last", "--why", "Because.")
    code, out, _ = viscript("examples", "list")
    assert code == 0
    assert out.splitlines()[:3] == [REQUEST, f"  | {PROGRAM}", "  Because."]
    assert "1 of your own" in out
    data = json.loads(viscript("examples", "list", "--json")[1])
    assert data["examples"] == [{"request": REQUEST, "program": PROGRAM, "why": "Because."}]


def test_what_can_not_be_an_example_is_one_line(viscript: Command, photo: Path, asked: str) -> None:
    assert viscript("examples", "add", "last")[0] == 0
    code, out, err = viscript("examples", "add", "last")
    assert (code, out, "added already" in err) == (2, "", True)
    viscript("run", "-e", "answer = image.width", photo)
    code, out, err = viscript("examples", "add", "last")
    assert (code, out) == (2, "")
    assert "only runs of `viscript ask`" in err
