"""BLINK's rows as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.suites.blink import read

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


def test_the_test_split_is_refused(folder: Path) -> None:
    path = folder / "val.jsonl"
    path.write_text(path.read_text("utf-8").replace('"(B)"', '"hidden"'), "utf-8")
    with pytest.raises(InputError, match="val_Counting_1 has no answer"):
        read(folder)
