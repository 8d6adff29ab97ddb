"""`vqav2`: VQAv2 (Goyal et al., 2017), in its official files or as lines of JSON.

The folder has what the site publishes, unpacked:

    v2_OpenEnded_mscoco_val2014_questions.json
    v2_mscoco_val2014_annotations.json
    val2014/COCO_val2014_000000262148.jpg ...

The test splits have no annotations, so they can't be scored here. A folder with `questions.jsonl`
(id, image, question, answers) will do as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from ...tools.errors import InputError
from ...tools.files import read_file
from ..metrics.vqa import soft_accuracy
from . import needed
from .jsonl import kind_of_answers, lines_of
from .suite import Given, Question, Suite

LINES = "questions.jsonl"
MAX_BYTES = 1024 * 2**20


class _Asked(BaseModel):
    """An entry of the questions' file."""

    question_id: int
    image_id: int
    question: str


class _Said(BaseModel):
    answer: str


class _Annotation(BaseModel):
    """An entry of the annotations' file."""

    question_id: int
    answers: list[_Said]
    answer_type: str
    question_type: str = ""


def read(data: Path | None) -> list[Question]:
    """The questions of a folder, those of a picture together.

    Raises:
        InputError: the folder or a file is missing or is something else.
    """
    folder = needed(data, "the folder with VQAv2's questions, annotations and pictures")
    if (folder / LINES).exists():
        return list(_from_lines(folder))
    return sorted(_official(folder), key=lambda one: (one.images[0].name, int(one.id)))


def _from_lines(folder: Path) -> Iterator[Question]:
    for number, line in enumerate(lines_of(folder / LINES), 1):
        yield Question(
            id=line.id or str(number),
            images=[folder / one for one in line.images],
            request=line.question,
            answers=line.answers,
            kind=kind_of_answers(line.answers),
        )


def _official(folder: Path) -> Iterator[Question]:
    asked_file = _only(folder, "*questions.json")
    asked = _entries(asked_file, "questions", TypeAdapter(list[_Asked]))
    said = _entries(
        _only(folder, "*annotations.json"), "annotations", TypeAdapter(list[_Annotation])
    )
    by_id = {one.question_id: one for one in said}
    split = "train2014" if "train2014" in asked_file.name else "val2014"
    for one in asked:
        annotation = by_id.get(one.question_id)
        if annotation is None:
            raise InputError(
                f"question {one.question_id} has no annotation",
                hint="the test splits have none: use val2014 or train2014",
            )
        yield Question(
            id=str(one.question_id),
            images=[folder / split / f"COCO_{split}_{one.image_id:012}.jpg"],
            request=one.question,
            answers=[answer.answer for answer in annotation.answers],
            kind=annotation.answer_type,
        )


def _only(folder: Path, pattern: str) -> Path:
    """The one file of a pattern."""
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise InputError(
            f"{folder} has {len(found)} files {pattern}",
            hint="one is needed: keep each split in a folder of its own",
        )
    return found[0]


def _entries(path: Path, key: str, kind: TypeAdapter[Any]) -> Any:
    try:
        return kind.validate_python(json.loads(read_file(path, key, MAX_BYTES))[key])
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        first = str(error).partition("\n")[0]
        raise InputError(f"{path} is not VQAv2's file of {key}: {first}") from None


def score(question: Question, given: Given) -> float:
    """VQA's soft accuracy."""
    return soft_accuracy(given.text, question.answers)


SUITE = Suite("vqav2", "VQAv2 (Goyal et al., 2017), soft accuracy", read, score)
