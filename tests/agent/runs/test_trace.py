from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from viscript import InputError, Toolbox, ToolError, run_program, tool
from viscript.agent.runs import read_run
from viscript.agent.runs.artifacts import Artifacts
from viscript.agent.runs.step import Step, StepError
from viscript.agent.runs.trace import line_of, read_trace
from viscript.tools.notes import note
from viscript.tools.values import Box, DepthMap, Image, ImageLike, Mask, Region

IMAGE = Image.from_array(np.arange(6 * 5 * 3, dtype=np.uint8).reshape(6, 5, 3), "tiny.png")
MASK = Mask(np.eye(6, 5, dtype=np.bool_))
REGION = Region(IMAGE, Box(1, 1, 3, 4), "dot", 0.25, MASK, text="a\u2028b\x85c <b>")
DEPTH = DepthMap(np.linspace(0, 1, 30).reshape(6, 5), "metres", False)
STEPS = [
    Step(1, "find", 2, {"image": IMAGE, "query": "dot"}, [REGION], 0.25, False, "k1", "nanodet",
         notes=("seed 7", "2 retries")),
    Step(2, "depth", 3, {"image": IMAGE}, DEPTH, 0.5, True, "k2", ""),
    Step(3, "ask", 4, {"regions": [REGION]}, None, 1.0, False, "", "",
         StepError("tool", "too dark", "use a lamp")),
]  # fmt: skip


@pytest.fixture
def blobs(tmp_path: Path) -> Artifacts:
    return Artifacts(tmp_path / "artifacts")


def write(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes(b"".join(lines))
    return path


def test_steps_read_from_their_trace_are_what_they_were(tmp_path: Path, blobs: Artifacts) -> None:
    lines = [line_of(step, blobs) for step in STEPS]
    assert read_trace(write(tmp_path / "trace.jsonl", lines), blobs) == STEPS


def test_a_line_has_the_documented_keys(blobs: Artifacts) -> None:
    data = json.loads(line_of(STEPS[2], blobs))
    assert list(data) == [
        *("step", "tool", "line", "arguments", "result", "summary"),
        *("seconds", "cached", "key", "backend", "error", "notes"),
    ]
    assert data["error"] == {"kind": "tool", "message": "too dark", "hint": "use a lamp"}


def test_steps_come_in_the_programs_order_whichever_ended_first(
    tmp_path: Path, blobs: Artifacts
) -> None:
    lines = [line_of(step, blobs) for step in reversed(STEPS)]
    steps = read_trace(write(tmp_path / "trace.jsonl", lines), blobs)
    assert [step.number for step in steps] == [1, 2, 3]


def test_a_half_written_last_line_is_ignored(tmp_path: Path, blobs: Artifacts) -> None:
    first, second = (line_of(step, blobs) for step in STEPS[:2])
    path = write(tmp_path / "trace.jsonl", [first, second[:40]])
    assert read_trace(path, blobs) == STEPS[:1]


def test_equal_pictures_of_a_trace_are_decoded_once(tmp_path: Path, blobs: Artifacts) -> None:
    path = write(tmp_path / "trace.jsonl", [line_of(step, blobs) for step in STEPS])
    steps = read_trace(path, blobs, [IMAGE])
    assert all(step.arguments.get("image", IMAGE) is IMAGE for step in steps)


@pytest.mark.parametrize(
    "changes",
    [
        {"step": "first"},
        {"arguments": []},
        {"result": {"type": "box", "xyxy": "everywhere"}},
        {"result": {"type": "image", "digest": "../../etc/passwd", "width": 1, "height": 1}},
        {"error": {"kind": "tool", "secret": 1}},
        {"error": {"kind": "tool", "message": 1, "hint": ""}},
        {"error": {"kind": "wrong", "message": "", "hint": ""}},
        {"error": {"kind": "tool", "message": "", "hint": None}},
        {"step": float("inf")},
        {"step": 0},
        {"line": float("inf")},
        {"line": -3},
        {"line": True},
        {"seconds": 10**400},
        {"seconds": float("nan")},
        {"seconds": -1.0},
        {"cached": "no"},
        {"tool": ["find"]},
    ],
)
def test_a_forged_line_is_refused(
    changes: dict[str, object], tmp_path: Path, blobs: Artifacts
) -> None:
    data = json.loads(line_of(STEPS[0], blobs)) | changes
    path = write(tmp_path / "trace.jsonl", [json.dumps(data).encode() + b"\n"])
    with pytest.raises(InputError):
        read_trace(path, blobs)


@pytest.mark.parametrize(
    "line", [b"[1, 2]\n", b"null\n", b"{}\n", b"{\n", b"\xff\n", b"[" * 100_000 + b"\n"]
)
def test_what_is_no_trace_is_refused(line: bytes, tmp_path: Path, blobs: Artifacts) -> None:
    with pytest.raises(InputError, match=r"is not a trace|is not of a run|can't be read"):
        read_trace(write(tmp_path / "trace.jsonl", [line]), blobs)


def test_a_picture_that_is_gone_is_named(tmp_path: Path, blobs: Artifacts) -> None:
    path = write(tmp_path / "trace.jsonl", [line_of(STEPS[0], blobs)])
    (tmp_path / "artifacts" / f"{IMAGE.digest}.png").unlink()
    with pytest.raises(InputError, match=f"refers to '{IMAGE.digest}.png', which is gone"):
        read_trace(path, Artifacts(tmp_path / "artifacts"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_in_place_of_a_trace_is_refused_at_once(tmp_path: Path, blobs: Artifacts) -> None:
    os.mkfifo(tmp_path / "trace.jsonl")
    with pytest.raises(InputError, match="is not a regular file"):
        read_trace(tmp_path / "trace.jsonl", blobs)


def test_a_trace_without_steps_is_one(tmp_path: Path, blobs: Artifacts) -> None:
    assert read_trace(write(tmp_path / "trace.jsonl", []), blobs) == []


@tool(reads_pixels=True)
def admire(image: ImageLike) -> str:
    """Admires a picture.

    Args:
        image: the picture.

    Returns:
        A compliment.
    """
    note("looked <twice>")
    return "nice"


def test_what_a_tool_notes_stands_in_the_trace_and_on_the_page(tmp_path: Path) -> None:
    toolbox = Toolbox.load(tools=[admire], cache=None)
    run = run_program("answer = admire(image)", [IMAGE], toolbox, folder=tmp_path / "run")
    assert run.folder is not None
    assert run.to_json()["steps"][0]["notes"] == ["looked <twice>"]
    assert read_run(run.folder).steps[0].notes == ("looked <twice>",)
    assert "<span>looked &lt;twice&gt;</span>" in (run.folder / "rationale.html").read_text("utf-8")


@tool(reads_pixels=True)
def despair(image: ImageLike) -> str:
    """Gives up.

    Args:
        image: the picture.

    Returns:
        Nothing, ever.
    """
    note("tried twice")
    raise ToolError("it can't be done")


def test_what_a_tool_noted_before_it_failed_is_kept(tmp_path: Path) -> None:
    toolbox = Toolbox.load(tools=[despair], cache=None)
    run = run_program("answer = despair(image)", [IMAGE], toolbox, folder=tmp_path / "run")
    assert run.folder is not None
    (step,) = read_run(run.folder).steps
    assert step.error is not None
    assert step.notes == ("tried twice",)
    assert "<span>tried twice</span>" in (run.folder / "rationale.html").read_text("utf-8")


def test_a_trace_of_before_there_were_notes_is_read(tmp_path: Path, blobs: Artifacts) -> None:
    line = line_of(STEPS[1], blobs).replace(b',"notes":[]', b"")
    assert b"notes" not in line
    assert read_trace(write(tmp_path / "trace.jsonl", [line]), blobs) == [STEPS[1]]
