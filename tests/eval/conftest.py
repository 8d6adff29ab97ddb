"""Evaluations away from the user's own place, with the user's planner."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript import Image, ModelError
from viscript.__main__ import main
from viscript.agent.planners.embedded.model import base_path

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the current one and has the user's things: the planner's model only."""
    try:
        fetched = base_path()
    except ModelError as error:
        pytest.skip(str(error))
    models = tmp_path / "home" / "models"
    models.mkdir(parents=True)
    (models / fetched.name).symlink_to(fetched)
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def viscript(own_place: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command; returns its exit code, stdout and stderr."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def own_questions(own_place: Path, astronaut: Image) -> Path:
    """A file of three questions about the astronaut: one has an answer that no tool gives."""
    astronaut.save(own_place / "astronaut.png")
    asked = [
        {"id": "people", "question": "How many people are there?", "answer": 1, "type": "count"},
        {"id": "dog", "question": "Is there a dog?", "answers": ["no"], "type": "yes/no"},
        {"id": "wrong", "question": "Is there a person?", "answers": ["no"], "type": "yes/no"},
    ]
    path = own_place / "questions.jsonl"
    lines = (json.dumps({"image": "astronaut.png", **one}) for one in asked)
    path.write_text("\n".join(lines), "utf-8")
    return path
