"""The trace: one line of JSON for each step of a run.

    {"step": 2, "tool": "find", "line": 3, "arguments": {...}, "result": ..., "summary": "...",
     "seconds": 0.04, "cached": false, "key": "...", "backend": "nanodet", "error": null}

Values are written as `tools.values.to_json` writes them; `error` has `kind`, `message`, `hint`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pydantic_core

from ...tools.errors import InputError
from ...tools.values import Image, from_json, to_json
from ...tools.values.codec import Blobs, images_in
from .step import Step, StepError

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
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the trace {path} can't be read: {error}") from None
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
    try:
        data = cast("dict[str, Any]", json.loads(line))
        error = data["error"]
        return Step(
            number=int(data["step"]),
            tool=str(data["tool"]),
            line=int(data["line"]),
            arguments={
                name: from_json(one, blobs, held) for name, one in data["arguments"].items()
            },
            result=from_json(data["result"], blobs, held),
            seconds=float(data["seconds"]),
            cached=bool(data["cached"]),
            key=str(data["key"]),
            backend=str(data["backend"]),
            error=None if error is None else StepError(**error),
        )
    except KeyError as missing:
        raise missing_in(path, missing) from None
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise InputError(f"{path} is not a trace: {line[:60]!r}") from None


def missing_in(path: Path, missing: KeyError) -> InputError:
    """What to say when a part of a run, or a picture that it names, is not there."""
    name = str(missing.args[0])
    if name.endswith((".png", ".npy")):
        return InputError(f"{path} refers to {name!r}, which is gone", hint="run the program again")
    return InputError(f"{path} is not of a run: it has no {name!r}")
