"""Runs as clients get them: what a program did, and the recorded ones as resources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import mcp_types as types
import pydantic_core

from ...tools.errors import InputError
from ...tools.files import read_file
from ...tools.mcp.artifacts import Artifacts
from ...tools.mcp.encoding import encode
from ...tools.mcp.features import Contents, OfferedResources
from ...tools.mcp.results import uri_of
from ...tools.mcp.schemas import Schema
from ..program.diagnostics import Diagnostic
from ..runs.events import Event, StepStarted
from ..runs.folder import PAGE
from ..runs.run import Run
from ..runs.step import Step
from ..runs.summary import SUMMARY, read_run

MAX_STEPS = 200
MAX_LISTED = 20
MAX_PAGE = 32 * 2**20

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,127}", re.ASCII)
_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}

DIAGNOSTICS: Schema = {
    "type": "array",
    "items": {"type": "object"},
    "description": "What the checker says about the program, each with its line.",
}
RUN_PROPERTIES: Mapping[str, Schema] = {
    "run": {"type": ["string", "null"], "description": "The run, as a resource."},
    "seconds": {**_NUMBER, "description": "How long it took."},
    "steps": {
        "type": "array",
        "description": f"The tools that the program called, at most {MAX_STEPS} of them.",
        "items": {
            "type": "object",
            "properties": {
                "number": {"type": "integer"},
                "tool": _TEXT,
                "line": {"type": "integer", "description": "The line of the program, from 1."},
                "seconds": _NUMBER,
                "cached": {"type": "boolean", "description": "Whether its result was known."},
                "summary": {**_TEXT, "description": "Its result or its error, on one line."},
                "ok": {"type": "boolean"},
            },
            "required": ["number", "tool", "line", "seconds", "cached", "summary", "ok"],
        },
    },
    "diagnostics": DIAGNOSTICS,
}
"""What is said of a run beside its answer."""


def details_of(run: Run) -> dict[str, Any]:
    """`RUN_PROPERTIES` of a run."""
    return {
        "run": None if run.folder is None else uri_of("run", run.folder.name),
        "seconds": round(run.seconds, 3),
        "steps": [_step(one) for one in run.steps[:MAX_STEPS]],
        "diagnostics": diagnostics_of(run.diagnostics),
    }


def diagnostics_of(found: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as JSON data."""
    return [dict(one.to_json()) for one in found]


def progress_of(event: Event, done: int) -> tuple[int, str]:
    """How many steps are done after an event, and what to say about it."""
    if isinstance(event, StepStarted):
        return done, f"line {event.line}: {event.tool} ..."
    return done + 1, f"line {event.step.line}: {event.step.tool}: {event.step.summary}"


def page_link(run: Run) -> list[types.ResourceLink]:
    """The page that explains a run, if it was recorded."""
    if run.folder is None:
        return []
    return [
        types.ResourceLink(
            uri=_page_uri(run.folder.name),
            name=f"{run.folder.name}.html",
            title="How the answer was found, step by step",
            mime_type="text/html",
        )
    ]


def run_resources(runs: Path, artifacts: Artifacts) -> list[OfferedResources]:
    """The recorded runs: what happened, as JSON, and the page that explains it."""

    def summary(name: str) -> Contents:
        run = read_run(_folder(runs, name))
        data = {
            "program": run.program,
            "profile": run.profile,
            "started": run.started,
            "answer": encode(run.answer, artifacts),
            "error": None if run.error is None else run.error.to_json(),
            **details_of(run),
        }
        return types.TextResourceContents(
            uri=uri_of("run", name),
            mime_type="application/json",
            text=pydantic_core.to_json(data, indent=1).decode(),
        )

    def page(name: str) -> Contents:
        text = read_file(_folder(runs, name) / PAGE, "page", MAX_PAGE).decode()
        return types.TextResourceContents(uri=_page_uri(name), mime_type="text/html", text=text)

    def listed() -> list[types.Resource]:
        return [
            types.Resource(
                uri=uri_of("run", name),
                name=name,
                title=f"Run {name}",
                mime_type="application/json",
            )
            for name in _names(runs)[:MAX_LISTED]
        ]

    whole = types.ResourceTemplate(
        uri_template=uri_of("run", "{run}"),
        name="run",
        title="Run",
        description="A program that was run: its answer and steps (JSON), and the page about it.",
    )
    alone = types.ResourceTemplate(
        uri_template=f"{uri_of('run', '{run}')}/rationale",
        name="rationale",
        title="Rationale",
        description="The page that shows a run step by step, with overlays.",
        mime_type="text/html",
    )
    return [
        OfferedResources(
            whole, lambda name: [summary(name), page(name)], listed, lambda: _names(runs)
        ),
        OfferedResources(alone, lambda name: [page(name)], values=lambda: _names(runs)),
    ]


def _step(step: Step) -> dict[str, Any]:
    return {
        "number": step.number,
        "tool": step.tool,
        "line": step.line,
        "seconds": round(step.seconds, 3),
        "cached": step.cached,
        "summary": step.summary,
        "ok": step.error is None,
    }


def _folder(runs: Path, name: str) -> Path:
    """The folder of a run; clients name it, so it may be nothing but a name."""
    folder = runs / name
    if not _NAME.fullmatch(name) or folder.is_symlink() or not (folder / SUMMARY).is_file():
        raise InputError(f"there is no run {name[:80]!r}")
    return folder


def _names(runs: Path) -> Sequence[str]:
    """The recorded runs, the last one first."""
    if not runs.is_dir():
        return []
    found = [path for path in runs.iterdir() if (path / SUMMARY).is_file()]
    return [path.name for path in sorted(found, key=lambda path: path.name, reverse=True)]


def _page_uri(name: str) -> str:
    return f"{uri_of('run', name)}/rationale"
