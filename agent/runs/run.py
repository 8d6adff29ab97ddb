"""`Run`: a program that was run on pictures, with all its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from ...tools.errors import ViscriptError
from ...tools.values import Image, to_json
from ..program.diagnostics import Diagnostic
from .artifacts import Artifacts
from .step import Step, StepError, kind_of

ARTIFACTS = "artifacts"
"""The folder, in a run's, that has its pictures and depth maps."""


@dataclass(frozen=True, slots=True)
class RunError(StepError):
    """Why a run has no answer.

    Args:
        step: the number of the step that failed; None when the program itself did.
        line: the line of the program, from 1; None when it is not about a line.
    """

    step: int | None = None
    line: int | None = None

    @classmethod
    def at(cls, error: ViscriptError, step: int | None, line: int | None) -> RunError:
        """The words of an error, and where it happened."""
        return cls(kind_of(error), error.message, error.hint, step, line)


@dataclass
class Run:
    """A program that was run, or that failed its check.

    Args:
        program: its source.
        dialect: the dialect that it was read as: "viscript" or "visprog".
        profile: the name of the toolbox's profile.
        images: the pictures that it was run on.
        started: when, in UTC, as ISO 8601.
        diagnostics: what the checker said, and where the program failed while it ran.
        steps: its steps in the program's order; those that never began are not among them.
        answer: its answer; None when it failed.
        error: why it failed.
        seconds: how long it took.
        folder: where it was recorded; None when it was not.
        given: the values of the names that were bound before it started, beside the pictures.
        names: the values of its names at the end; the folder keeps those of `names.py`.
        cause: the exception behind `error`; not kept in the folder.
    """

    program: str
    dialect: str
    profile: str
    images: Sequence[Image]
    started: str
    diagnostics: Sequence[Diagnostic] = ()
    steps: Sequence[Step] = ()
    answer: object = None
    error: RunError | None = None
    seconds: float = 0.0
    folder: Path | None = None
    given: Mapping[str, object] = field(
        default_factory=dict[str, object], repr=False, compare=False
    )
    names: Mapping[str, object] = field(
        default_factory=dict[str, object], repr=False, compare=False
    )
    cause: BaseException | None = field(default=None, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether it has an answer."""
        return self.error is None

    def to_json(self) -> dict[str, Any]:
        """The object that `viscript run --json` prints.

        Pictures and depth maps have the `path` of their file in the run's folder.
        """
        return {
            "answer": self.value_to_json(self.answer),
            "program": self.program,
            "dialect": self.dialect,
            "profile": self.profile,
            "diagnostics": [one.to_json() for one in self.diagnostics],
            "steps": [_step_to_json(step) for step in self.steps],
            "seconds": round(self.seconds, 6),
            "run": None if self.folder is None else str(self.folder),
            "error": None if self.error is None else self.error.to_json(),
        }

    def value_to_json(self, value: object) -> Any:
        """A value of the run as JSON, with the files of its pictures and depth maps."""
        kept = None if self.folder is None else Artifacts(self.folder / ARTIFACTS)
        return _with_paths(to_json(value), kept)


def _step_to_json(step: Step) -> dict[str, Any]:
    return {
        "number": step.number,
        "tool": step.tool,
        "line": step.line,
        "backend": step.backend,
        "seconds": round(step.seconds, 6),
        "cached": step.cached,
        "summary": step.summary,
        "error": None if step.error is None else asdict(step.error),
        "notes": list(step.notes),
    }


def _with_paths(data: Any, kept: Artifacts | None) -> Any:
    """JSON of a value, with the file of each picture and depth map in it."""
    match data:
        case list():
            return [_with_paths(one, kept) for one in cast("list[Any]", data)]
        case {"type": "image" | "depth" as kind, "digest": str() as digest}:
            suffix = "png" if kind == "image" else "npy"
            path = None if kept is None else kept.find(f"{digest}.{suffix}")
            return data if path is None else data | {"path": str(path)}
        case {"type": "region"}:
            return data | {"image": _with_paths(data["image"], kept)}
        case _:
            return data
