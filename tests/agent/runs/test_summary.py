from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript import Image, InputError, Toolbox
from viscript.agent.runs import read_run, run_program

ERROR = {"kind": "tool", "message": "m", "hint": "", "step": None, "line": 1}
DIAGNOSTIC = {
    "code": "unknown-name",
    "severity": "error",
    "line": 1,
    "column": 1,
    "end_column": 2,
    "message": "m",
    "suggestion": "",
}


@pytest.fixture
def toolbox(toolbox_of: Callable[[], Toolbox]) -> Toolbox:
    return toolbox_of()


@pytest.fixture
def recorded(toolbox: Toolbox, coffee: Image, tmp_path: Path) -> Path:
    """The folder of a run that failed."""
    run_program("answer = 1 / 0", [coffee], toolbox, folder=tmp_path / "run")
    return tmp_path / "run"


def forge(folder: Path, **changes: object) -> Path:
    path = folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes))
    return folder


def test_a_run_that_is_read_is_what_it_was(recorded: Path) -> None:
    run = read_run(recorded)
    assert run.error is not None
    assert (run.program, run.error.kind, run.error.line) == ("answer = 1 / 0", "program", 1)
    assert [one.code for one in run.diagnostics] == ["division-by-zero"]


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"seconds": 10**400},
        {"seconds": float("inf")},
        {"seconds": "1"},
        {"program": None},
        {"dialect": "perl"},
        {"profile": 3},
        {"images": "none"},
        {"images": ["picture.png"]},
        {"images": [{"type": "box", "xyxy": [0, 0, 1, 1]}]},
        {"answer": {"type": "nothing"}},
        {"error": "failed"},
        {"error": ERROR | {"line": 999}},
        {"error": ERROR | {"line": -5}},
        {"error": ERROR | {"line": "x"}},
        {"error": ERROR | {"step": 0}},
        {"error": ERROR | {"kind": 1}},
        {"error": ERROR | {"message": 1}},
        {"error": ERROR | {"more": 1}},
        {"diagnostics": [DIAGNOSTIC | {"line": "a"}]},
        {"diagnostics": [DIAGNOSTIC | {"line": -3}]},
        {"diagnostics": [DIAGNOSTIC | {"column": 0}]},
        {"diagnostics": [DIAGNOSTIC | {"severity": "fatal"}]},
        {"diagnostics": [DIAGNOSTIC | {"message": 1}]},
        {"diagnostics": [1]},
    ],
)
def test_a_forged_run_is_refused_in_one_line(recorded: Path, changes: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        read_run(forge(recorded, **changes))
    assert len(caught.value.message) <= 600


@pytest.mark.parametrize("text", [b"", b"{", b"null", b"[" * 100_000, b"\xff", b"9" * 5_000])
def test_what_is_no_run_is_refused(recorded: Path, text: bytes) -> None:
    (recorded / "run.json").write_bytes(text)
    with pytest.raises(InputError, match=r"no run|not of a run"):
        read_run(recorded)


def test_a_program_that_is_not_unicode_is_read_back(
    toolbox: Toolbox, coffee: Image, tmp_path: Path
) -> None:
    run = run_program('answer = "\udc80"', [coffee], toolbox, folder=tmp_path / "run")
    assert read_run(tmp_path / "run").program == run.program


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("device", [None, "/dev/zero"])
def test_what_never_ends_is_not_read(recorded: Path, device: str | None) -> None:
    path = recorded / "run.json"
    path.unlink()
    if device is None:
        os.mkfifo(path)
    else:
        path.symlink_to(device)
    with pytest.raises(InputError, match="is not a regular file"):
        read_run(recorded)


def test_a_run_larger_than_any_is_not_read(recorded: Path) -> None:
    os.truncate(recorded / "run.json", 65 * 2**20)
    with pytest.raises(InputError, match="is too large"):
        read_run(recorded)
