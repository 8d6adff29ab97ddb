"""`blink`: multiple choice on what people see at a glance (Fu et al., 2024).

The folder has the data set as it is published, a folder for each task with Parquet files, of which
those of the validation split are read (the answers of the test split are not published); or its
rows as JSON, one a line, in one file `*.jsonl`, with the names of the pictures' files, relative to
it, for the pictures. The columns: `idx`, `sub_task`, `prompt` (the question with its choices),
`choices`, `answer` ("(B)"), and `image_1` to `image_4`.

Published totals are the measure "mean over tasks"; the mean score is over questions.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from ...tools.errors import InputError
from ...tools.files import in_units
from ...tools.values import ImageLike
from ...tools.values.reading import decode_image
from ..metrics.choice import chosen, mean_over_tasks
from . import needed
from .published import MAX_BYTES, only, parsed_lines
from .suite import Given, Question, Scored, Suite

IMAGES = ("image_1", "image_2", "image_3", "image_4")
VALIDATION = "**/val*.parquet"


class _Row(BaseModel):
    """A row of the data set, without its pictures."""

    idx: str
    sub_task: str
    prompt: str
    choices: list[str] = Field(min_length=2, max_length=26)
    answer: str


class _RowWithFiles(_Row):
    """A row that names its pictures."""

    image_1: str
    image_2: str | None = None
    image_3: str | None = None
    image_4: str | None = None


def read(data: Path | None) -> list[Question]:
    """The questions.

    Raises:
        InputError: the folder or the file is missing, a row is something else, or it has no
            answer (the test split has none), or Parquet is to be read without pyarrow.
    """
    place = needed(data, "the folder or file with BLINK's rows")
    files = sorted(place.glob(VALIDATION)) if place.is_dir() else [place]
    if files and all(one.suffix == ".parquet" for one in files):
        return [question for path in files for question in _of_parquet(path)]
    path = only(place, "*.jsonl")
    rows = parsed_lines(path, TypeAdapter(_RowWithFiles), "BLINK's rows")
    return [
        _question(path, row, [path.parent / one for name in IMAGES if (one := getattr(row, name))])
        for row in rows
    ]


def pictures(question: Question) -> Sequence[ImageLike]:
    """The pictures of a question: files, or those inside the Parquet file that it is from.

    Raises:
        InputError: the Parquet file or a picture in it can't be read.
    """
    if "parquet" not in question.truth:
        return list(question.images)
    cells = _cells(Path(question.truth["parquet"]), question.truth["row"])
    given = [cells[name]["bytes"] for name in IMAGES if cells[name]]
    return [decode_image(one, f"{question.id}-{at}") for at, one in enumerate(given, 1)]


def score(question: Question, given: Given) -> float:
    """1 when the answer means the right choice."""
    return float(chosen(given.text, question.truth["choices"]) == question.truth["right"])


def total(scored: Sequence[Scored]) -> float:
    """The official total: the mean of the tasks' accuracies."""
    return mean_over_tasks((one.question.kind, one.score) for one in scored)


def _of_parquet(path: Path) -> Iterator[Question]:
    columns = list(_Row.model_fields)
    arrow, parquet = _package("pyarrow"), _package("pyarrow.parquet")
    try:
        described = parquet.read_metadata(path)
        groups = (described.row_group(at) for at in range(described.num_row_groups))
        if sum(one.total_byte_size for one in groups) > MAX_BYTES:
            raise InputError(f"{path} is too large: it may hold {in_units(MAX_BYTES)}")
        rows = parquet.read_table(path, columns=columns).to_pylist()
        checked = TypeAdapter(list[_Row]).validate_python(rows)
    except (arrow.ArrowException, OSError) as error:
        raise InputError(f"{path} is no Parquet file: {error}") from None
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise InputError(f"{path} is not of BLINK: {first['loc']}: {first['msg']}") from None
    for number, row in enumerate(checked):
        yield _question(path, row, [], {"parquet": str(path), "row": number})


def _cells(path: Path, row: int) -> dict[str, Any]:
    """The pictures of a row; of the file only the row's group is read.

    Raises:
        InputError: they can't be read.
    """
    arrow, parquet = _package("pyarrow"), _package("pyarrow.parquet")
    try:
        with parquet.ParquetFile(path) as file:
            group = 0
            while row >= (count := file.metadata.row_group(group).num_rows):
                row, group = row - count, group + 1
            return file.read_row_group(group, columns=list(IMAGES)).slice(row, 1).to_pylist()[0]
    except (arrow.ArrowException, OSError) as error:
        raise InputError(f"{path} can't be read: {error}") from None


def _question(
    path: Path, row: _Row, images: Sequence[Path], place: dict[str, Any] | None = None
) -> Question:
    right = chosen(row.answer, row.choices)
    if right is None:
        raise InputError(
            f"{path}: {row.idx} has no answer", hint="use the validation split: test has none"
        )
    return Question(
        id=row.idx,
        images=images,
        request=row.prompt,
        answers=[row.choices[right]],
        kind=row.sub_task,
        truth={"choices": row.choices, "right": right, **(place or {})},
    )


def _package(name: str) -> Any:
    """A module of pyarrow.

    Raises:
        InputError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise InputError(
            "Parquet files need the package pyarrow", hint="pip install 'viscript[parquet]'"
        ) from None


SUITE = Suite(
    "blink",
    "BLINK (Fu et al., 2024), multiple choice",
    read,
    score,
    measures={"mean over tasks": total},
    pictures=pictures,
)
