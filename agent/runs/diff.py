"""Comparing two runs step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from ...tools.values import digest_of, summary_of
from .run import Run
from .step import Step

Sides = tuple[str, str]
"""One line on the same thing in the old run and in the new one."""


@dataclass(frozen=True, slots=True)
class StepDifference:
    """A step of the old run beside its counterpart in the new one.

    Args:
        old, new: the steps; one of them is None when only the other run has it.
        arguments: for each argument that differs, both values in words.
        result: both results in words when they differ.
    """

    old: Step | None
    new: Step | None
    arguments: Mapping[str, Sides] = field(default_factory=dict[str, Sides])
    result: Sides | None = None

    @property
    def same(self) -> bool:
        """Whether both runs have the step, with the same tool, arguments and result."""
        return (
            self.old is not None
            and self.new is not None
            and self.old.tool == self.new.tool
            and not self.arguments
            and self.result is None
        )

    def to_json(self) -> dict[str, Any]:
        """Both sides of whatever differs, and both times."""
        return {
            "old": _step_to_json(self.old),
            "new": _step_to_json(self.new),
            "same": self.same,
            "arguments": {name: list(sides) for name, sides in self.arguments.items()},
            "result": None if self.result is None else list(self.result),
        }


@dataclass(frozen=True, slots=True)
class RunDifference:
    """Two runs side by side.

    Args:
        steps: their steps, aligned.
        answer: both answers, or errors, in words when they differ.
        seconds: how long each took.
    """

    steps: Sequence[StepDifference]
    answer: Sides | None
    seconds: tuple[float, float]

    @property
    def same(self) -> bool:
        """Whether steps, arguments, results and answer are the same; times don't count."""
        return self.answer is None and all(step.same for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        """The object that `viscript diff --json` prints."""
        return {
            "same": self.same,
            "answer": None if self.answer is None else list(self.answer),
            "seconds": [round(one, 6) for one in self.seconds],
            "steps": [step.to_json() for step in self.steps],
        }


def diff(old: Run, new: Run) -> RunDifference:
    """Compares two runs; steps are aligned by tool and arguments, then by their order."""
    answers = _outcome(old), _outcome(new)
    same = answers[0] == answers[1] and (not old.ok or _same(old.answer, new.answer))
    return RunDifference(
        [_compare(*pair) for pair in _align(old.steps, new.steps)],
        None if same else answers,
        (old.seconds, new.seconds),
    )


def _align(old: Sequence[Step], new: Sequence[Step]) -> Iterator[tuple[Step | None, Step | None]]:
    """Equal calls opposite each other; between them, steps in their order."""
    matcher = SequenceMatcher(None, _calls(old), _calls(new), autojunk=False)
    for _, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        yield from zip_longest(old[old_from:old_to], new[new_from:new_to])


def _calls(steps: Sequence[Step]) -> list[str]:
    return [
        f"{step.tool} {digest_of([[name, one] for name, one in step.arguments.items()])}"
        for step in steps
    ]


def _compare(old: Step | None, new: Step | None) -> StepDifference:
    if old is None or new is None:
        return StepDifference(old, new)
    arguments = {
        name: (_words(old.arguments, name), _words(new.arguments, name))
        for name in dict.fromkeys((*old.arguments, *new.arguments))
        if name not in old.arguments
        or name not in new.arguments
        or not _same(old.arguments[name], new.arguments[name])
    }
    same = old.error == new.error and _same(old.result, new.result)
    return StepDifference(old, new, arguments, None if same else (old.summary, new.summary))


def _same(old: object, new: object) -> bool:
    return digest_of(old) == digest_of(new)


def _words(arguments: Mapping[str, object], name: str) -> str:
    return summary_of(arguments[name]) if name in arguments else "not given"


def _outcome(run: Run) -> str:
    return summary_of(run.answer) if run.error is None else f"error: {run.error.message}"


def _step_to_json(step: Step | None) -> dict[str, Any] | None:
    if step is None:
        return None
    return {
        "number": step.number,
        "tool": step.tool,
        "line": step.line,
        "seconds": round(step.seconds, 6),
        "cached": step.cached,
    }
