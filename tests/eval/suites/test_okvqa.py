"""OK-VQA's published files, in a small copy of their layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.suites.okvqa import read

Evaluated = Callable[[str, Path, Mapping[str, str]], dict[str, Any]]


def twice(*answers: str) -> list[dict[str, Any]]:
    """Each of five people's answers as the files have it: two times."""
    said = [one for one in answers for _ in range(2)]
    return [
        {"answer_id": number, "raw_answer": one, "answer_confidence": "yes", "answer": one}
        for number, one in enumerate(said, 1)
    ]


@pytest.fixture
def folder(tmp_path: Path, cat: Image, coffee: Image) -> Path:
    data = tmp_path / "okvqa"
    (data / "val2014").mkdir(parents=True)
    cat.save(data / "val2014" / "COCO_val2014_000000000042.jpg")
    coffee.save(data / "val2014" / "COCO_val2014_000000000007.jpg")
    questions = [
        {"image_id": 42, "question": "What family is this of?", "question_id": 420},
        {"image_id": 7, "question": "When is it drunk?", "question_id": 70},
    ]
    annotations = [
        {
            "image_id": 42,
            "question_id": 420,
            "answer_type": "other",
            "question_type": "eight",
            "answers": twice("feline", "felidae", "cat", "feline", "cat family"),
            "confidence": 3,
        },
        {
            "image_id": 7,
            "question_id": 70,
            "answer_type": "other",
            "question_type": "five",
            "answers": twice("morning", "breakfast", "noon", "morning", "always"),
            "confidence": 3,
        },
    ]
    for name, key, entries in (
        ("OpenEnded_mscoco_val2014_questions.json", "questions", questions),
        ("mscoco_val2014_annotations.json", "annotations", annotations),
    ):
        (data / name).write_text(json.dumps({"info": {}, key: entries}), "utf-8")
    return data


def test_answers_that_people_gave_count_by_category(folder: Path, evaluated: Evaluated) -> None:
    figures = evaluated(
        "okvqa",
        folder,
        {
            "What family is this of?": "answer = 'feline'",
            "When is it drunk?": "answer = 'breakfast'",
        },
    )
    means = {kind: one["mean"] for kind, one in figures["systems"]["viscript"].items()}
    # One person is two of the ten answers: (2 * 1/3 + 8 * 2/3) / 10 = 0.6; two are four: 1.
    assert means == pytest.approx({"all": 0.8, "plants and animals": 1, "cooking and food": 0.6})


def test_other_files_are_refused(folder: Path) -> None:
    (folder / "mscoco_val2014_annotations.json").write_text('{"annotations": [{}]}', "utf-8")
    with pytest.raises(InputError, match="not OK-VQA's file of annotations"):
        read(folder)
