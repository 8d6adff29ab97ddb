"""Making a worked example of a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from viscript.agent.graph.record import FILE, AskRecord, keep
from viscript.agent.graph.state import no_usage
from viscript.agent.planners.examples import user_examples
from viscript.agent.planners.from_run import add_example
from viscript.agent.planners.planner import Example
from viscript.agent.runs import run_program
from viscript.tools.errors import InputError
from viscript.tools.toolbox import Toolbox
from viscript.tools.values import Image

PROGRAM = "answer = half(image, 'left').width > 100\n"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path))


def _ran(source: str, image: Image, folder: Path, request: str = "Is it wide?") -> Path:
    """The folder of a run that was asked for in words."""
    run_program(source, [image], Toolbox.load("embedded"), folder=folder)
    keep(folder, AskRecord(request, "scripted:one", [], no_usage(), [], 1.0))
    return folder


def test_a_run_becomes_an_example(tmp_path: Path, cat: Image) -> None:
    add_example(_ran(PROGRAM, cat, tmp_path / "run"), "A half is a region.")
    (one,) = user_examples()
    assert one.example == Example("Is it wide?", PROGRAM.strip(), "A half is a region.")
    assert one.tools == {"half"}
    with pytest.raises(InputError, match="added already"):
        add_example(tmp_path / "run", "A half is a region.")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("answer = [1][5]\n", "no answer"),
        ("answer = fnd(image)\n", "no answer"),
        ("R=CROP(image=IMAGE,box=IMAGE)\nFINAL_RESULT=RESULT(var=R)\n", "no answer"),
        ('A=EVAL(expr="1 + 1")\nFINAL_RESULT=RESULT(var=A)\n', "the dialect visprog"),
    ],
)
def test_a_run_that_is_no_good_example_is_refused(
    tmp_path: Path, cat: Image, source: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        add_example(_ran(source, cat, tmp_path / "run"), "why")
    assert list(user_examples()) == []


def test_a_run_without_a_request_is_refused(tmp_path: Path, cat: Image) -> None:
    folder = _ran(PROGRAM, cat, tmp_path / "run")
    (folder / FILE).unlink()
    with pytest.raises(InputError, match="has no request"):
        add_example(folder, "why")
    with pytest.raises(InputError):
        add_example(tmp_path / "nothing", "why")
