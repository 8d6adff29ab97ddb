"""`blink`: multiple choice on what people see at a glance (Fu et al., 2024).

The data set is published as Parquet, which needs a large package to be read; this reads its rows
as JSON, one a line, in one file `*.jsonl` of the folder, under the published columns: `idx`,
`sub_task`, `prompt` (the question with its choices), `choices`, `answer` ("(B)"), and `image_1`
to `image_4`, here the names of the pictures' files, relative to the file.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter

from ...tools.errors import InputError
from ..metrics.choice import chosen
from . import needed
from .published import only, parsed_lines
from .suite import Given, Question, Suite


class _Row(BaseModel):
    """A row of the data set."""

    idx: str
    sub_task: str
    prompt: str
    choices: list[str] = Field(min_length=2, max_length=26)
    answer: str
    image_1: str
    image_2: str | None = None
    image_3: str | None = None
    image_4: str | None = None


def read(data: Path | None) -> list[Question]:
    """The questions.

    Raises:
        InputError: the folder or the file is missing, a line is something else, or it has no
            answer (the test split has none).
    """
    path = only(needed(data, "the folder or file with BLINK's rows as JSON"), "*.jsonl")
    return [_question(path, row) for row in parsed_lines(path, TypeAdapter(_Row), "BLINK's rows")]


def _question(path: Path, row: _Row) -> Question:
    right = chosen(row.answer, row.choices)
    if right is None:
        raise InputError(
            f"{path}: {row.idx} has no answer", hint="use the validation split: test has none"
        )
    named = (row.image_1, row.image_2, row.image_3, row.image_4)
    return Question(
        id=row.idx,
        images=[path.parent / one for one in named if one],
        request=row.prompt,
        answers=[row.choices[right]],
        kind=row.sub_task,
        truth={"choices": row.choices, "right": right},
    )


def score(question: Question, given: Given) -> float:
    """1 when the answer means the right choice."""
    return float(chosen(given.text, question.truth["choices"]) == question.truth["right"])


SUITE = Suite("blink", "BLINK (Fu et al., 2024), multiple choice", read, score)
