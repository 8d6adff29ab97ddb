"""`run.json`: a run as a whole, written beside its trace; and reading a run from its folder."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any, cast

from ...tools.errors import InputError
from ...tools.values import Image, from_json, to_json
from ...tools.values.codec import Blobs
from ..program.diagnostics import Diagnostic
from . import trace
from .artifacts import Artifacts
from .run import ARTIFACTS, Run, RunError

SUMMARY = "run.json"
FORMAT = 1


def summary_to_json(run: Run, blobs: Blobs) -> dict[str, Any]:
    """The content of `run.json`; the pictures in it are kept in `blobs`."""
    return {
        "format": FORMAT,
        "versions": {"viscript": _version(), "python": platform.python_version()},
        "profile": run.profile,
        "dialect": run.dialect,
        "program": run.program,
        "images": [to_json(image, blobs) for image in run.images],
        "started": run.started,
        "seconds": round(run.seconds, 6),
        "answer": to_json(run.answer, blobs),
        "error": None if run.error is None else run.error.to_json(),
        "diagnostics": [asdict(one) for one in run.diagnostics],
    }


def read_run(folder: Path) -> Run:
    """The run that a folder holds; one that was killed has no answer, and the steps that it ended.

    Raises:
        InputError: the folder holds no run, or a part of it is damaged or gone.
    """
    path = folder / SUMMARY
    blobs = Artifacts(folder / ARTIFACTS)
    try:
        data = cast("dict[str, Any]", json.loads(path.read_text("utf-8")))
        error = data["error"]
        run = Run(
            program=str(data["program"]),
            dialect=str(data["dialect"]),
            profile=str(data["profile"]),
            images=[_image(one, blobs) for one in data["images"]],
            started=str(data["started"]),
            diagnostics=[Diagnostic(**one) for one in data["diagnostics"]],
            answer=from_json(data["answer"], blobs),
            error=None if error is None else RunError(**error),
            seconds=float(data["seconds"]),
            folder=folder,
        )
    except OSError as error:
        raise InputError(f"{folder} holds no run: {error.strerror}") from None
    except KeyError as missing:
        raise trace.missing_in(path, missing) from None
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise InputError(f"{path} does not describe a run") from None
    run.steps = trace.read_trace(folder / trace.FILE, blobs, run.images)
    return run


def _image(data: Any, blobs: Blobs) -> Image:
    value = from_json(data, blobs)
    if not isinstance(value, Image):
        raise TypeError
    return value


def _version() -> str:
    try:
        return metadata.version("viscript")
    except metadata.PackageNotFoundError:
        return "unknown"
