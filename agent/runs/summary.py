"""`run.json`: a run as a whole, written beside its trace; and reading a run from its folder."""

from __future__ import annotations

import platform
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from ...tools.errors import InputError
from ...tools.files import read_file
from ...tools.values import Image, from_json, to_json
from ...tools.values.codec import Blobs
from ..program.scan import normalised
from . import trace
from .artifacts import Artifacts
from .names import read_names
from .recorded import MAX_RUN_BYTES, RunRecord, read_record
from .run import ARTIFACTS, Run

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
        text = read_file(path, "run", MAX_RUN_BYTES)
    except InputError as error:
        raise InputError(f"{folder} holds no run: {error.message}") from None
    record = read_record(RunRecord, text, path)
    try:
        images = [_image(one, blobs, path) for one in record.images]
        answer = from_json(record.answer, blobs, images)
        given, names = read_names(folder, blobs, images)
    except KeyError as missing:
        raise trace.missing_in(path, missing) from None
    run = Run(
        program=record.program,
        dialect=record.dialect,
        profile=record.profile,
        images=images,
        started=record.started,
        diagnostics=[one.diagnostic() for one in record.diagnostics],
        answer=answer,
        error=None if record.error is None else record.error.error(),
        seconds=record.seconds,
        folder=folder,
        given=given,
        names=names,
    )
    last = len(normalised(run.program).split("\n"))
    if run.error is not None and run.error.line is not None and run.error.line > last:
        raise InputError(f"{path} is not of a run: its program has no line {run.error.line}")
    run.steps = trace.read_trace(folder / trace.FILE, blobs, run.images)
    return run


def _image(data: object, blobs: Blobs, path: Path) -> Image:
    value = from_json(data, blobs)
    if not isinstance(value, Image):
        raise InputError(f"{path} is not of a run: its images are not all pictures")
    return value


def _version() -> str:
    try:
        return metadata.version("viscript")
    except metadata.PackageNotFoundError:
        return "unknown"
