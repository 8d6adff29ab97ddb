"""The trace: one line of JSON for each step of a run.

    {"step": 2, "tool": "find", "line": 3, "arguments": {...}, "result": ..., "summary": "...",
     "seconds": 0.04, "cached": false, "key": "...", "backend": "nanodet", "error": null,
     "notes": []}

Values are written as `tools.values.to_json` writes them; `error` has `kind`, `message`, `hint`;
`notes` are lines of text in which the backend says how it went (tokens, a seed, a retry).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pydantic_core

from ...tools.errors import InputError, one_line
from ...tools.files import read_file
from ...tools.notes import LONGEST_NOTE, MOST_NOTES
from ...tools.values import Image, from_json, to_json
from ...tools.values.codec import Blobs, images_in
from .recorded import MAX_TRACE_BYTES, StepRecord, read_record
from .step import Step

FILE = "trace.jsonl"


def line_of(step: Step, blobs: Blobs) -> bytes:
    """The line of a step, its end included; the pictures in it are kept in `blobs`."""
    return (
        pydantic_core.to_json(
            {
                "step": step.number,
                "tool": step.tool,
                "line": step.line,
                "arguments": {name: to_json(one, blobs) for name, one in step.arguments.items()},
                "result": to_json(step.result, blobs),
                "summary": step.summary,
                "seconds": round(step.seconds, 6),
                "cached": step.cached,
                "key": step.key,
                "backend": step.backend,
                "error": None if step.error is None else step.error.to_json(),
                "notes": step.notes,
            }
        )
        + b"\n"
    )


def read_trace(path: Path, blobs: Blobs, images: Iterable[Image] = ()) -> list[Step]:
    """The steps of a trace, in the program's order.

    A last line that a killed process left half-written is ignored.

    Args:
        path: the trace.
        blobs: has the pictures and depth maps in it.
        images: pictures that are at hand; equal pictures of the steps will be these.

    Raises:
        InputError: the file is no trace, or a picture of it is gone.
    """
    try:
        text = read_file(path, "trace", MAX_TRACE_BYTES, empty=True).decode()
    except UnicodeDecodeError:
        raise InputError(f"the trace {path} can't be read: it is not UTF-8") from None
    steps: list[Step] = []
    held = {image.digest: image for image in images}
    for line in _whole_lines(text):
        step = _step(line, path, blobs, held.values())
        held |= {image.digest: image for image in images_in(step.result)}
        steps.append(step)
    return sorted(steps, key=lambda step: step.number)


def _whole_lines(text: str) -> Iterator[str]:
    # Not splitlines: it also splits at characters that JSON leaves as they are inside strings.
    *whole, _ = text.split("\n")
    return iter(whole)


def _step(line: str, path: Path, blobs: Blobs, held: Iterable[Image]) -> Step:
    record = read_record(StepRecord, line, path)
    try:
        arguments = {name: from_json(one, blobs, held) for name, one in record.arguments.items()}
        result = from_json(record.result, blobs, held)
    except KeyError as missing:
        raise missing_in(path, missing) from None
    return Step(
        number=record.step,
        tool=record.tool,
        line=record.line,
        arguments=arguments,
        result=result,
        seconds=record.seconds,
        cached=record.cached,
        key=record.key,
        backend=record.backend,
        error=None if record.error is None else record.error.error(),
        notes=tuple(one_line(note, LONGEST_NOTE) for note in record.notes[:MOST_NOTES]),
    )


def missing_in(path: Path, missing: KeyError) -> InputError:
    """What to say when a part of a run, or a picture that it names, is not there."""
    name = str(missing.args[0])
    if name.endswith((".png", ".npy")):
        return InputError(f"{path} refers to {name!r}, which is gone", hint="run the program again")
    return InputError(f"{path} is not of a run: it has no {name!r}")
