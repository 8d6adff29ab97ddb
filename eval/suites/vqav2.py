"""`vqav2`: VQAv2 (Goyal et al., 2017), in its official files or as lines of JSON.

The folder has what the site publishes, unpacked:

    v2_OpenEnded_mscoco_val2014_questions.json
    v2_mscoco_val2014_annotations.json
    val2014/COCO_val2014_000000262148.jpg ...

The test splits have no annotations, so they can't be scored here. A folder with `questions.jsonl`
(id, image, question, answers) will do as well; where a line has fewer than four answers, its score
is the share of them that agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter

from ...tools.errors import InputError
from ..metrics.vqa import soft_accuracy
from . import needed
from .jsonl import kind_of_answers, lines_of
from .published import only, parsed
from .suite import Given, Question, Suite

LINES = "questions.jsonl"


class _Asked(BaseModel):
    """An entry of the questions' file."""

    question_id: int
    image_id: int
    question: str


class _Said(BaseModel):
    answer: str


class Annotation(BaseModel):
    """An entry of the annotations' file, which OK-VQA has too."""

    question_id: int
    answers: list[_Said] = Field(min_length=1)
    answer_type: str
    question_type: str = ""


class _Questions(BaseModel):
    """The questions' file."""

    questions: list[_Asked]


class _Annotations(BaseModel):
    """The annotations' file."""

    annotations: list[Annotation]


def read(data: Path | None) -> list[Question]:
    """The questions of a folder, those of a picture together.

    Raises:
        InputError: the folder or a file is missing or is something else.
    """
    folder = needed(data, "the folder with VQAv2's questions, annotations and pictures")
    if (folder / LINES).exists():
        return list(_from_lines(folder))
    return official(folder, "VQAv2", lambda annotation: annotation.answer_type)


def _from_lines(folder: Path) -> Iterator[Question]:
    for number, line in enumerate(lines_of(folder / LINES), 1):
        yield Question(
            id=line.id or str(number),
            images=[folder / one for one in line.images],
            request=line.question,
            answers=line.answers,
            kind=kind_of_answers(line.answers),
        )


def official(folder: Path, dataset: str, kind_of: Callable[[Annotation], str]) -> list[Question]:
    """The questions of VQA's official files, those of a picture together.

    Args:
        folder: has `*questions.json`, `*annotations.json`, and a folder `val2014` or `train2014`.
        dataset: its name, for errors.
        kind_of: the type of a question, from its annotation.

    Raises:
        InputError: a file is missing or is something else.
    """
    asked_file = only(folder, "*questions.json")
    asked = parsed(asked_file, TypeAdapter(_Questions), f"{dataset}'s file of questions")
    said = parsed(
        only(folder, "*annotations.json"),
        TypeAdapter(_Annotations),
        f"{dataset}'s file of annotations",
    )
    by_id = {one.question_id: one for one in said.annotations}
    questions: list[Question] = []
    split = "train2014" if "train2014" in asked_file.name else "val2014"
    for one in asked.questions:
        annotation = by_id.get(one.question_id)
        if annotation is None:
            raise InputError(
                f"question {one.question_id} has no annotation",
                hint="the test splits have none: use val2014 or train2014",
            )
        questions.append(
            Question(
                id=str(one.question_id),
                images=[folder / split / f"COCO_{split}_{one.image_id:012}.jpg"],
                request=one.question,
                answers=[answer.answer for answer in annotation.answers],
                kind=kind_of(annotation),
            )
        )
    return sorted(questions, key=lambda one: (one.images[0].name, int(one.id)))


def score(question: Question, given: Given) -> float:
    """VQA's soft accuracy."""
    return soft_accuracy(given.text, question.answers)


SUITE = Suite("vqav2", "VQAv2 (Goyal et al., 2017), soft accuracy", read, score)
