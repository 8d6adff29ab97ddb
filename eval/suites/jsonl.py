"""`jsonl`: questions of your own, one JSON object a line.

    {"image": "photo.jpg", "question": "How many dogs are there?", "answers": ["2"]}

`images` takes several pictures, `answer` a single answer, `id` a name and `type` a type of
question. Pictures are relative to the file. An answer is right when it equals one of the answers,
but for small letters, articles and punctuation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ...tools.errors import InputError
from ...tools.files import read_file
from ..metrics.exact import exact_match
from . import needed
from .suite import Given, Question, Suite

MAX_BYTES = 256 * 2**20
Text = Annotated[str, Field(min_length=1, max_length=4000)]


class Line(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str = ""
    images: Annotated[list[Text], Field(min_length=1, max_length=32)]
    question: Text
    answers: Annotated[list[str], Field(min_length=1)]
    type: str = "all"

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list(cls, data: Any) -> Any:
        """`image` and `answer` as lists of one."""
        if not isinstance(data, dict):
            return data
        given: dict[str, Any] = {**data}
        for one, several in (("image", "images"), ("answer", "answers")):
            if one in given and several not in given:
                given[several] = [given[one]]
        return given


def read(data: Path | None) -> list[Question]:
    """The questions of a file.

    Raises:
        InputError: no file was named, or a line is not a question.
    """
    path = needed(data, "a file of image, question and answers")
    return [
        Question(
            id=line.id or str(number),
            images=[path.parent / one for one in line.images],
            request=line.question,
            answers=line.answers,
            kind=line.type,
        )
        for number, line in enumerate(lines_of(path), 1)
    ]


def lines_of(path: Path) -> Iterator[Line]:
    """The lines of a file of questions; empty ones don't count.

    Raises:
        InputError: a line is not a question.
    """
    text = read_file(path, "questions", MAX_BYTES).decode("utf-8", "replace")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield Line.model_validate(json.loads(line))
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise InputError(f"{path}, line {number}: {place}: {first['msg']}") from None
        except (ValueError, RecursionError):
            raise InputError(f"{path}, line {number} is not JSON") from None


def score(question: Question, given: Given) -> float:
    """1 when the answer is one of the right ones."""
    return exact_match(given.text, question.answers)


def kind_of_answers(answers: Sequence[str]) -> str:
    """VQAv2's answer types: yes/no, number or other, by what most people answered."""
    plain = [one.strip().lower() for one in answers]
    most = max(plain, key=plain.count)
    if most in ("yes", "no"):
        return "yes/no"
    return "number" if most.isdecimal() else "other"


SUITE = Suite("jsonl", "questions of your own, by exact match", read, score)
