"""The baseline of a profile that has `ask`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from viscript import Image
from viscript.__main__ import main

# inspect leaves the ends of anyio's streams to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Unclosed <Memory:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Scripted = Callable[[Mapping[str, Sequence[str]]], None]
BACKEND = """
from viscript import ToolError

class Asked:
    def ask(self, image, question):
        if "cup" in question:
            raise ToolError("the server is busy")
        return "Yes"

def load(spec, tools):
    return Asked()
"""
PERSON, DOG, CUP = "Is there a person?", "Is there a dog?", "Is there a cup?"


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile whose `ask` is served by a package of the user's, which always says yes."""
    package = tmp_path / "site"
    about = package / "own_asker-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: own-asker\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[viscript.backends]\nown-asker = own_asker\n")
    (package / "own_asker.py").write_text(BACKEND, "utf-8")
    monkeypatch.setattr(sys, "path", [str(package), *sys.path])
    path = tmp_path / "own.toml"
    path.write_text('extends = "embedded"\n[tools.ask]\nbackend = "own-asker"\n', "utf-8")
    return path


def test_ask_alone_stands_beside_viscript(
    profile: Path,
    scripted: Scripted,
    astronaut: Image,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    astronaut.save(tmp_path / "astronaut.png")
    answers = {PERSON: "yes", DOG: "no", CUP: "no"}
    lines = [
        json.dumps({"image": "astronaut.png", "question": asked, "answer": answer})
        for asked, answer in answers.items()
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines), "utf-8")
    scripted({one: (f"answer = exists(find(image, '{one[11:-1]}'))",) for one in answers})
    words = ["--profile", str(profile), "--planner", "scripted:1", "--json"]
    code = main(["eval", "questions.jsonl", *words])
    out, err = capsys.readouterr()
    assert code == 0, err
    systems = json.loads(out)["systems"]
    assert set(systems) == {"viscript", "ask alone", "emptied tools", "majority answer"}
    assert systems["viscript"]["all"]["mean"] == 1
    # It says yes to the dog, too, and nothing to the cup: a call that fails is no answer.
    assert systems["ask alone"]["all"]["mean"] == pytest.approx(1 / 3)
    assert main(["eval", "report", "last"]) == 0
    table = capsys.readouterr().out
    assert " ask alone |" in table
    assert "33.3%" in table
