"""`vqav2`: VQAv2 (Goyal et al., 2017), in its official files or as lines of JSON.

The folder has what the site publishes, unpacked:

    v2_OpenEnded_mscoco_val2014_questions.json
    v2_mscoco_val2014_annotations.json
    val2014/COCO_val2014_000000262148.jpg ...

Where the files of both splits lie in one folder, name the one of questions. The test splits have no
annotations, so they can't be scored here. A folder with `questions.jsonl`
(id, image, question, answers) will do as well; where a line has fewer than four answers, its score
is the share of them that agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter

from ...tools.errors import InputError
from ..metrics.vqa import soft_accuracy
from . import needed
from .jsonl import kind_of_answers, lines_of
from .published import only, parsed
from .suite import Given, Question, Suite

LINES = "questions.jsonl"
ASKED, SAID = "questions.json", "annotations.json"
"""How the names of the files end."""


class _Asked(BaseModel):
    """An entry of the questions' file."""

    question_id: int
    image_id: int
    question: str


class _Said(BaseModel):
    """What one person answered; in OK-VQA's files `answer` is a stem of `raw_answer`."""

    answer: str
    raw_answer: str = ""


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
    given = needed(data, "the folder with VQAv2's questions, annotations and pictures")
    if (given / LINES).exists():
        return list(_from_lines(given))
    return [question for question, _ in official(given, "VQAv2")]


def _from_lines(folder: Path) -> Iterator[Question]:
    for number, line in enumerate(lines_of(folder / LINES), 1):
        yield Question(
            id=line.id or str(number),
            images=[folder / one for one in line.images],
            request=line.question,
            answers=line.answers,
            kind=kind_of_answers(line.answers),
        )


def official(given: Path, dataset: str) -> list[tuple[Question, Annotation]]:
    """The questions of VQA's official files with their annotations, those of a picture together.

    Args:
        given: the file of questions, or a folder with one; beside it are the annotations of its
            split and a folder `val2014` or `train2014`.
        dataset: its name, for errors.

    Raises:
        InputError: a file is missing or is something else.
    """
    asked_file = only(given, f"*{ASKED}")
    folder = asked_file.parent
    asked = parsed(asked_file, TypeAdapter(_Questions), f"{dataset}'s file of questions")
    said = parsed(
        _annotations_of(asked_file), TypeAdapter(_Annotations), f"{dataset}'s file of annotations"
    )
    by_id = {one.question_id: one for one in said.annotations}
    pairs: list[tuple[Question, Annotation]] = []
    split = "train2014" if "train2014" in asked_file.name else "val2014"
    for one in asked.questions:
        annotation = by_id.get(one.question_id)
        if annotation is None:
            raise InputError(
                f"question {one.question_id} has no annotation",
                hint="the test splits have none: use val2014 or train2014",
            )
        question = Question(
            id=str(one.question_id),
            images=[folder / split / f"COCO_{split}_{one.image_id:012}.jpg"],
            request=one.question,
            answers=[answer.answer for answer in annotation.answers],
            kind=annotation.answer_type,
        )
        pairs.append((question, annotation))
    return sorted(pairs, key=lambda pair: (pair[0].images[0].name, int(pair[0].id)))


def _annotations_of(asked_file: Path) -> Path:
    """The annotations of the same split, or the only ones that are beside the questions.

    Raises:
        InputError: there are none, or several of other names.
    """
    folder = asked_file.parent
    name = asked_file.name.replace("OpenEnded_", "").removesuffix(ASKED) + SAID
    there = sorted(folder.glob(f"*{SAID}"))
    found = [one for one in there if one.name == name] or there
    if len(found) != 1:
        raise InputError(
            f"{folder} has {len(found)} files *{SAID}, and none is {name}",
            hint=f"put the annotations of its split beside {asked_file.name}",
        )
    return found[0]


def score(question: Question, given: Given) -> float:
    """VQA's soft accuracy, see `accuracy`."""
    return accuracy(given.text, question.answers)


def accuracy(text: str, answers: Sequence[str]) -> float:
    """VQA's soft accuracy of an answer, or of the same in small letters, as the files have theirs.

    The official evaluation leaves the letters alone where all people answered alike.
    """
    return max(soft_accuracy(one, answers) for one in (text, text.lower()))


SUITE = Suite("vqav2", "VQAv2 (Goyal et al., 2017), soft accuracy", read, score)
