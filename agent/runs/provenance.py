"""Which step a value came from: steps' results matched with later steps' arguments, by content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from ...tools.values import DepthMap, Image, Region, digest_of
from .run import Run
from .step import Step

INPUT = 0
"""Stands for the pictures that the program was given, where a step's number is expected."""


@dataclass
class Provenance:
    """The links between the steps of a run.

    Args:
        sources: for a step's number and a parameter's name, the steps whose results it was given.
        uses: for a step's number, the steps that were given its result.
        answer: the steps whose results the answer is made of.
    """

    sources: dict[tuple[int, str], list[int]] = field(
        default_factory=dict[tuple[int, str], list[int]]
    )
    uses: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    answer: list[int] = field(default_factory=list[int])


def provenance_of(run: Run) -> Provenance:
    """Links arguments to the results that equal them, or that their items are from.

    Where several earlier steps had the same result, the last one counts. Numbers and truth values
    are not linked: equal ones are mostly equal by chance, and so are texts that the program says
    itself.
    """
    made: dict[str, int] = {image.digest: INPUT for image in run.images}
    links = Provenance()
    for step in run.steps:
        for name, value in step.arguments.items():
            found = _sources(value, made, run.program)
            if found:
                links.sources[step.number, name] = found
            for source in found:
                users = links.uses.setdefault(source, [])
                if step.number not in users:
                    users.append(step.number)
        _note(step, made)
    links.answer = _sources(run.answer, made, run.program)
    return links


def _note(step: Step, made: dict[str, int]) -> None:
    """Remembers what a step made: its result, and the items of it."""
    if step.error is None:
        for value in (step.result, *_items(step.result)):
            if _is_telling(value, ""):
                made[_key(value)] = step.number


def _sources(value: object, made: dict[str, int], program: str) -> list[int]:
    """The steps that made a value as a whole, or else its items."""
    if not _is_telling(value, program):
        return []
    whole = made.get(_key(value))
    if whole is not None:
        return [whole]
    parts = (made.get(_key(item)) for item in _items(value) if _is_telling(item, program))
    return sorted({source for source in parts if source is not None})


def _is_telling(value: object, program: str) -> bool:
    """Whether two equal values of this kind are the same thing, not equal by chance."""
    if isinstance(value, str):
        return bool(value) and value not in program
    return isinstance(value, (Image, Region, DepthMap, list, tuple))


def _items(value: object) -> Iterator[object]:
    if isinstance(value, (list, tuple)):
        yield from cast("Sequence[object]", value)


def _key(value: object) -> str:
    return value.digest if isinstance(value, Image) else digest_of(value)
