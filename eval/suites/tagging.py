"""`tagging`: objects found and named by what one knows of them (Gupta & Kembhavi, 2023).

VisProg's own 100 instructions are not published; the folder or file has such of your own, an
object a line of `tags.jsonl`. Pictures are relative to it, boxes in pixels from the upper left:

    {"image": "cast.jpg", "instruction": "Tag the main characters of the show",
     "tags": [{"name": "Sheldon Cooper", "box": [10, 20, 110, 220]}], "id": "1", "type": "people"}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ...tools.errors import InputError
from ...tools.values import Box
from ..metrics.tagging import Agreement, Quality, Tag, agreement, average
from . import needed
from .published import only, parsed_lines
from .regions import tags_in
from .suite import Given, Question, Scored, Suite


class _Tag(BaseModel):
    name: Annotated[str, Field(min_length=1)]
    box: tuple[float, float, float, float]


class _Instruction(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    image: Annotated[str, Field(min_length=1)]
    instruction: Annotated[str, Field(min_length=1)]
    tags: Annotated[list[_Tag], Field(min_length=1)]
    id: str = ""
    type: str = "all"


def read(data: Path | None) -> list[Question]:
    """The instructions.

    Raises:
        InputError: the folder or the file is missing, or a line is something else.
    """
    path = only(needed(data, "the folder or file of instructions and tags"), "*.jsonl")
    lines = parsed_lines(path, TypeAdapter(_Instruction), "tagging instructions")
    return [_question(path, number, line) for number, line in enumerate(lines, 1)]


def _question(path: Path, number: int, line: _Instruction) -> Question:
    try:
        boxes = [Box(*one.box).xyxy for one in line.tags]
    except InputError as error:
        raise InputError(f"{path}, instruction {number}: {error.message}") from None
    names = [one.name for one in line.tags]
    return Question(
        id=line.id or str(number),
        images=[path.parent / line.image],
        request=line.instruction,
        answers=[", ".join(names)],
        kind=line.type,
        truth={"names": names, "boxes": boxes},
    )


def score(question: Question, given: Given) -> float:
    """The F1 of the picture's tags."""
    return agreement(tags_in(given), _true(question)).f1


def details(question: Question, given: Given) -> Mapping[str, Any]:
    """The counts behind precision and recall: with names ("tags"), and of boxes alone."""
    found, true = tags_in(given), _true(question)
    return {
        "tags": agreement(found, true)._asdict(),
        "boxes": agreement(found, true, names=False)._asdict(),
    }


def _true(question: Question) -> list[Tag]:
    names, boxes = question.truth["names"], question.truth["boxes"]
    return [Tag(name, Box(*box)) for name, box in zip(names, boxes, strict=True)]


def _average(
    counts: str, figure: Callable[[Quality], float]
) -> Callable[[Sequence[Scored]], float]:
    """A figure of the average over instructions."""

    def measure(scored: Sequence[Scored]) -> float:
        return figure(average([Agreement(**one.details[counts]).quality for one in scored]))

    return measure


SUITE = Suite(
    "tagging",
    "knowledge tagging (Gupta & Kembhavi, 2023), F1",
    read,
    score,
    details=details,
    words=False,
    measures={
        "precision": _average("tags", lambda one: one.precision),
        "recall": _average("tags", lambda one: one.recall),
        "F1": _average("tags", lambda one: one.f1),
        "precision of boxes": _average("boxes", lambda one: one.precision),
        "recall of boxes": _average("boxes", lambda one: one.recall),
        "F1 of boxes": _average("boxes", lambda one: one.f1),
    },
)
