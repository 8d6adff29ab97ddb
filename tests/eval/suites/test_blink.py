"""BLINK's rows as JSON and as Parquet."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.suites.blink import pictures, read

Evaluated = Callable[[str, Path, Mapping[str, str]], dict[str, Any]]
COUNT = "How many people are there? Select from the following choices.\n(A) 0\n(B) 1\n(C) 2"
SAME = "Are these the same? Select from the following choices.\n(A) yes\n(B) no"


@pytest.fixture
def folder(tmp_path: Path, astronaut: Image, cat: Image) -> Path:
    data = tmp_path / "blink"
    data.mkdir()
    astronaut.save(data / "1.png")
    cat.save(data / "2.png")
    rows: list[dict[str, Any]] = [
        {"idx": "val_Counting_1", "sub_task": "Counting", "prompt": COUNT, "answer": "(B)"},
        {"idx": "val_Same_1", "sub_task": "Visual_Similarity", "prompt": SAME, "answer": "(B)"},
    ]
    rows[0] |= {"choices": ["0", "1", "2"], "image_1": "1.png", "image_2": None}
    rows[1] |= {"choices": ["yes", "no"], "image_1": "1.png", "image_2": "2.png"}
    (data / "val.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return data


def test_choices_may_be_named_by_letter_or_in_words(folder: Path, evaluated: Evaluated) -> None:
    people = "count(find(left, 'person')) == count(find(right, 'person'))"
    figures = evaluated(
        "blink",
        folder,
        {COUNT: "answer = '(C)'", SAME: f"answer = {people}"},
    )
    means = {kind: one["mean"] for kind, one in figures["systems"]["viscript"].items()}
    assert means == {"all": 0.5, "Counting": 0, "Visual_Similarity": 1}


def test_rows_may_have_several_pictures(folder: Path) -> None:
    first, second = read(folder)
    assert [one.name for one in first.images] == ["1.png"]
    assert [one.name for one in second.images] == ["1.png", "2.png"]
    assert (first.answers, second.answers) == (["1"], ["no"])


def test_the_published_total_is_the_mean_over_tasks(folder: Path, evaluated: Evaluated) -> None:
    path = folder / "val.jsonl"
    first, second = path.read_text("utf-8").splitlines()
    again = (first.replace("val_Counting_1", f"val_Counting_{number}") for number in (1, 2, 3))
    path.write_text("\n".join((*again, second)), "utf-8")
    figures = evaluated("blink", folder, {COUNT: "answer = '(B)'", SAME: "answer = '(A)'"})
    # Three questions of the one task are right, the one of the other is not.
    assert figures["systems"]["viscript"]["all"]["mean"] == 0.75
    assert figures["measures"] == {"mean over tasks": 0.5}


def test_the_test_split_is_refused(folder: Path) -> None:
    path = folder / "val.jsonl"
    path.write_text(path.read_text("utf-8").replace('"(B)"', '"hidden"'), "utf-8")
    with pytest.raises(InputError, match="val_Counting_1 has no answer"):
        read(folder)


@pytest.fixture
def published(folder: Path) -> Path:
    """The same rows as the data set is published: a folder a task, pictures inside."""
    parquet: Any = importlib.import_module("pyarrow.parquet")
    arrow: Any = importlib.import_module("pyarrow")
    for line in (folder / "val.jsonl").read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        for name in ("image_1", "image_2", "image_3", "image_4"):
            file = row.get(name)
            held = (folder / file).read_bytes() if file else None
            row[name] = {"bytes": held, "path": file} if file else None
        task = folder / "published" / row["sub_task"]
        task.mkdir(parents=True)
        parquet.write_table(arrow.Table.from_pylist([row]), task / "val-00000-of-00001.parquet")
        hidden = arrow.Table.from_pylist([{**row, "answer": "hidden"}])
        parquet.write_table(hidden, task / "test-00000-of-00001.parquet")
    return folder / "published"


def test_the_published_parquet_asks_the_same_questions_on_the_same_pictures(
    folder: Path, published: Path, astronaut: Image, cat: Image
) -> None:
    of_lines, of_parquet = read(folder), read(published)
    assert [(one.id, one.request, one.answers, one.kind) for one in of_parquet] == [
        (one.id, one.request, one.answers, one.kind) for one in of_lines
    ]
    shown = [pictures(one) for one in of_parquet]
    assert shown == [[astronaut], [astronaut, cat]]


def test_of_a_published_file_only_the_rows_around_a_question_are_read(
    folder: Path, tmp_path: Path, cat: Image
) -> None:
    parquet: Any = importlib.import_module("pyarrow.parquet")
    arrow: Any = importlib.import_module("pyarrow")
    row = {"sub_task": "Same", "prompt": SAME, "choices": ["yes", "no"], "answer": "(B)"}
    held = {"bytes": (folder / "2.png").read_bytes(), "path": "2.png"}
    images = dict.fromkeys(("image_1", "image_2", "image_3", "image_4"), held)
    path = tmp_path / "val.parquet"
    rows = [{"idx": str(number), **row, **images} for number in range(5)]
    parquet.write_table(arrow.Table.from_pylist(rows), path, row_group_size=2)
    questions = read(path)
    # The pictures of the first group are damaged: whoever reads them fails.
    with parquet.ParquetFile(path) as file:
        group = file.metadata.row_group(0)
        columns = [group.column(number) for number in range(group.num_columns)]
    with path.open("r+b") as file:
        for one in columns:
            if one.path_in_schema.startswith("image_"):
                file.seek(one.dictionary_page_offset or one.data_page_offset)
                file.write(b"\xff" * one.total_compressed_size)
    assert all(pictures(one) == [cat] * 4 for one in questions[2:])
    with pytest.raises(InputError, match="can't be read"):
        pictures(questions[0])


def test_published_parquet_is_evaluated(published: Path, evaluated: Evaluated) -> None:
    figures = evaluated(
        "blink", published, {COUNT: "answer = '(B)'", SAME: "answer = left == right"}
    )
    assert figures["systems"]["viscript"]["all"]["mean"] == 1


def test_the_test_split_in_parquet_is_refused(published: Path) -> None:
    path = published / "Counting" / "test-00000-of-00001.parquet"
    with pytest.raises(InputError, match="val_Counting_1 has no answer"):
        read(path)


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "val.parquet"
    path.write_bytes(b"PAR1 but not really PAR1")
    with pytest.raises(InputError, match="is no Parquet file"):
        read(path)
