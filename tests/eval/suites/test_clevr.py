"""CLEVR's published questions, in a small copy of their layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.suites.clevr import kind_of, read

Evaluated = Callable[[str, Path, Mapping[str, str]], dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path, coffee: Image) -> Path:
    data = tmp_path / "CLEVR_v1.0"
    (data / "questions").mkdir(parents=True)
    (data / "images" / "val").mkdir(parents=True)
    coffee.save(data / "images" / "val" / "CLEVR_val_000000.png")
    asked = {"How many tables?": ("1", "count"), "What shape is it?": ("cube", "query_shape")}
    questions: list[dict[str, Any]] = [
        {
            "question_index": number,
            "question": question,
            "answer": answer,
            "image_filename": "CLEVR_val_000000.png",
            "image_index": 0,
            "split": "val",
            "question_family_index": 2,
            "program": [{"inputs": [], "function": "scene"}, {"inputs": [0], "function": last}],
        }
        for number, (question, (answer, last)) in enumerate(asked.items())
    ]
    for split in ("val", "test"):
        path = data / "questions" / f"CLEVR_{split}_questions.json"
        path.write_text(json.dumps({"info": {}, "questions": questions}), "utf-8")
    return data


def test_answers_count_by_the_type_of_question(folder: Path, evaluated: Evaluated) -> None:
    figures = evaluated(
        "clevr",
        folder,
        {
            "How many tables?": "answer = count(find(image, 'table'))",
            "What shape is it?": "answer = 'sphere'",
        },
    )
    means = {kind: one["mean"] for kind, one in figures["systems"]["viscript"].items()}
    assert means == {"all": 0.5, "count": 1, "query attribute": 0}


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        ("exist", "exist"),
        ("less_than", "compare integer"),
        ("equal_integer", "compare integer"),
        ("equal_color", "compare attribute"),
        ("query_material", "query attribute"),
    ],
)
def test_types_are_those_of_the_paper(function: str, kind: str) -> None:
    assert kind_of(function) == kind


def test_questions_without_answers_are_refused(folder: Path) -> None:
    path = folder / "questions" / "CLEVR_test_questions.json"
    path.write_text(path.read_text("utf-8").replace('"answer"', '"none"'), "utf-8")
    with pytest.raises(InputError, match=r"with their answers: questions\.0\.answer"):
        read(path)
