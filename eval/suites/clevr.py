"""`clevr`: questions on drawn solids (Johnson et al., 2017).

The folder is the published one, with `questions/CLEVR_val_questions.json` and `images/val`; or the
path names another file of questions (the test split has no answers). Where `scenes` is there too,
an error of the tools can be told from one of the program.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter

from ..metrics.exact import exact_match
from . import needed
from .clevr_scenes import solids_in, true_answer
from .published import only, parsed
from .suite import Given, Question, Suite

COMPARISONS = frozenset({"equal_integer", "less_than", "greater_than"})
SPELLINGS = {"gray": "grey"}
"""Answers that are also right in another spelling."""


class _Function(BaseModel):
    """A step of the program that made the question."""

    name: str = Field(validation_alias=AliasChoices("function", "type"))


class _Asked(BaseModel):
    """A question of the file."""

    question: str
    answer: str
    image_filename: str
    question_index: int
    split: str = Field(max_length=32)
    program: list[_Function] = Field(min_length=1)


class _File(BaseModel):
    questions: list[_Asked]


def read(data: Path | None) -> list[Question]:
    """The questions, those of a picture together.

    Raises:
        InputError: the folder or the file is missing or is something else.
    """
    folder = needed(data, "CLEVR's folder with questions and images")
    path = only(folder, "questions/CLEVR_val_questions.json", "*questions.json")
    root = path.parent.parent if path.parent.name == "questions" else path.parent
    asked = parsed(path, TypeAdapter(_File), "CLEVR's file of questions with their answers")
    splits = {one.split for one in asked.questions}
    files = [root / "scenes" / f"CLEVR_{split}_scenes.json" for split in sorted(splits)]
    solids = {name: shown for file in files for name, shown in solids_in(file).items()}
    return [
        Question(
            id=str(one.question_index),
            images=[root / "images" / one.split / one.image_filename],
            request=one.question,
            answers=[one.answer, *([SPELLINGS[one.answer]] if one.answer in SPELLINGS else [])],
            kind=kind_of(one.program[-1].name),
            truth={"solids": shown} if (shown := solids.get(one.image_filename)) else {},
        )
        for one in sorted(asked.questions, key=lambda one: (one.image_filename, one.question_index))
    ]


def kind_of(function: str) -> str:
    """The paper's type of question, by the last step of the program that made it."""
    if function in COMPARISONS:
        return "compare integer"
    if function.startswith("equal_"):
        return "compare attribute"
    return "query attribute" if function.startswith("query_") else function


def score(question: Question, given: Given) -> float:
    """1 when the answer is the right one."""
    return exact_match(given.text, question.answers)


def truth(question: Question, program: str) -> Given | None:
    """What a program answers when its tools know the picture; None where that is not known."""
    solids = question.truth.get("solids")
    return None if solids is None else true_answer(solids, program)


SUITE = Suite("clevr", "CLEVR (Johnson et al., 2017), exact match", read, score, truth=truth)
