"""`Step`: one call of a tool in a run, with what went in and what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from ...tools.errors import Kind, ViscriptError, kind_of
from ...tools.values import summary_of


@dataclass(frozen=True, slots=True)
class StepError:
    """Why a step failed.

    Args:
        kind: the branch of the error tree: "tool", "not offered", "cancelled", "program", "input",
            "model" or "policy".
        message: what is wrong, on one line.
        hint: what to do about it, on one line; may be empty.
    """

    kind: str
    message: str
    hint: str

    @classmethod
    def of(cls, error: ViscriptError) -> StepError:
        """The words of an error."""
        return cls(kind_of(error), error.message, error.hint)

    def to_json(self) -> dict[str, Any]:
        """`kind`, `message`, `hint`."""
        return asdict(self)


class Step(NamedTuple):
    """One call of a tool in a run.

    Args:
        number: its place in the order in which the program called tools, from 1.
        tool: the tool's name.
        line: the line of the program, from 1.
        arguments: the values that it was called with, by parameter.
        result: what it returned; None when it failed.
        seconds: how long it took, the look-up in the cache included.
        cached: whether the cache had its result.
        key: the digest under which the cache keeps its result; empty when it failed.
        backend: what served it; empty for a tool that its own body computes.
        error: why it failed.
        notes: what the backend said about how it went: tokens, a seed, a retry.
    """

    number: int
    tool: str
    line: int
    arguments: Mapping[str, object]
    result: object
    seconds: float
    cached: bool
    key: str
    backend: str
    error: StepError | None = None
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """One line on the result, or on the error."""
        return self.error.message if self.error is not None else summary_of(self.result)


__all__ = ["Kind", "Step", "StepError", "kind_of"]
