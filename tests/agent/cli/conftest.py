"""The command line in this process, away from the user's own cache and runs."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript import Image
from viscript.agent.cli.main import main

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path / "home"))
    # What a command would fetch is not there to be fetched.
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def viscript(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command with standard input; returns its exit code, stdout and stderr."""

    def run(*words: str | Path, stdin: str | bytes = b"") -> tuple[int, str, str]:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def photo(tmp_path: Path, astronaut: Image) -> Path:
    """The astronaut as a file in the current folder."""
    return astronaut.save(tmp_path / "astronaut.png")


@pytest.fixture
def base_model(fetched_base: Path, tmp_path: Path) -> Path:
    """The planner's base model, where the commands of this test look for it."""
    place = tmp_path / "home" / "models" / fetched_base.name
    place.parent.mkdir(parents=True)
    place.symlink_to(fetched_base)
    return place
