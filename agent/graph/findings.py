"""What the rules say of a run: findings, and what they look at in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from ...tools.values import Region
from ..program.read import Parsed, read
from ..program.walk import behind_answer
from ..runs.run import Run
from ..runs.step import Step

FINDERS = frozenset({"find", "find_faces", "list_objects", "read_text", "pose"})
"""The tools that look for something in a picture; an empty list may be a miss."""
FAINT = 0.4
"""A detection with a score below this is as often wrong as right (measured with the embedded
detector, whose threshold is .3)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that looks wrong.

    Args:
        code: its stable name.
        words: one line for people and planners.
        wrong: whether the planner should try again; otherwise it is a doubt.
        weight: how much it takes from the confidence, from 0 to 1.
        step: the number of the step that it is about; 0 when it is about the answer.
    """

    code: str
    words: str
    wrong: bool
    weight: float
    step: int = 0


def program_of(run: Run) -> Parsed:
    """The program of a run, read in its dialect."""
    return read(run.program, "visprog" if run.dialect == "visprog" else "viscript")


def steps_behind(run: Run) -> tuple[list[Step], frozenset[str]]:
    """The steps that the answer of a run rests on, and the names of pictures that it does."""
    sources = behind_answer(program_of(run).body)
    return [one for one in run.steps if (one.tool, one.line) in sources.calls], sources.inputs


def regions_of(value: object) -> list[Region]:
    """The regions of a list, or the region that a value is."""
    if isinstance(value, Region):
        return [value]
    items = cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else ()
    return [one for one in items if isinstance(one, Region)]


def call_of(step: Step) -> str:
    """A step in words."""
    query = step.arguments.get("query")
    return f"{step.tool}({query!r:.60})" if isinstance(query, str) else step.tool
