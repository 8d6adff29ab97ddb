"""What `run.json` and the lines of a trace must be. A run folder may come from anyone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, ValidationError

from ...tools.errors import InputError, one_line
from ..program.codes import Severity
from ..program.diagnostics import Diagnostic
from .run import RunError
from .step import Kind, StepError

MAX_RUN_BYTES = 64 * 2**20
MAX_TRACE_BYTES = 256 * 2**20

Count = Annotated[int, Field(ge=1, le=2**31)]
Seconds = Annotated[float, Field(ge=0, le=1e9)]
# Not `str`: a program may hold a lone surrogate, which pydantic refuses in text.
Text = InstanceOf[str]


class _Record(BaseModel):
    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class _StepErrorRecord(_Record):
    model_config = ConfigDict(extra="forbid")

    kind: Kind
    message: Text
    hint: Text

    def error(self) -> StepError:
        """The error of a step."""
        return StepError(self.kind, one_line(self.message), one_line(self.hint))


class _RunErrorRecord(_StepErrorRecord):
    step: Count | None
    line: Count | None

    def error(self) -> RunError:
        """The error of a run."""
        message, hint = one_line(self.message), one_line(self.hint)
        return RunError(self.kind, message, hint, self.step, self.line)


class _DiagnosticRecord(_Record):
    model_config = ConfigDict(extra="forbid")

    code: Text
    severity: Severity
    line: Count
    column: Count
    end_column: Count
    message: Text
    suggestion: Text

    def diagnostic(self) -> Diagnostic:
        """What was said about the program."""
        return Diagnostic(
            one_line(self.code),
            self.severity,
            self.line,
            self.column,
            self.end_column,
            one_line(self.message),
            one_line(self.suggestion),
        )


class RunRecord(_Record):
    """`run.json`; `images` and `answer` are as `tools.values.to_json` writes them."""

    format: Literal[1]
    profile: Text
    dialect: Literal["viscript", "visprog"]
    program: Text
    images: list[Any]
    started: Text
    seconds: Seconds
    answer: Any
    error: _RunErrorRecord | None
    diagnostics: list[_DiagnosticRecord]


class StepRecord(_Record):
    """A line of the trace; `arguments` and `result` are as `tools.values.to_json` writes them."""

    step: Count
    tool: Text
    line: Count
    arguments: dict[str, Any]
    result: Any
    seconds: Seconds
    cached: bool
    key: Text
    backend: Text
    error: _StepErrorRecord | None
    notes: list[Text] = []


Record = TypeVar("Record", RunRecord, StepRecord)


def read_record(kind: type[Record], text: bytes | str, path: Path) -> Record:
    """A record from its JSON.

    Raises:
        InputError: it is no JSON, or a field is missing, of another type or out of its range.
    """
    try:
        return kind.model_validate(json.loads(text))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{path} is not of a run: {place}: {first['msg']}") from None
    except (ValueError, RecursionError):
        raise InputError(f"{path} is not of a run: it holds no JSON") from None
