"""OK-VQA's published files, in a small copy of their layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.suites.okvqa import SUITE, read
from viscript.eval.suites.suite import Given

Evaluated = Callable[[str, Path, Mapping[str, str]], dict[str, Any]]


STEMS = {"morning": "morn", "mornings": "morn"}


def twice(*answers: str) -> list[dict[str, Any]]:
    """Each of five people's answers as the files have it: two times, with its stem."""
    said = [one for one in answers for _ in range(2)]
    return [
        {
            "answer_id": number,
            "raw_answer": one,
            "answer_confidence": "yes",
            "answer": STEMS.get(one, one),
        }
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
            "answers": twice("morning", "breakfast", "mornings", "morning", "always"),
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


@pytest.mark.parametrize(
    ("answer", "score"),
    # Written by two people; by one; the stem of three people's; nobody's.
    [("morning", 1), ("mornings", 0.6), ("morn", 1), ("noon", 0)],
)
def test_what_people_wrote_is_right_and_so_is_its_stem(
    folder: Path, answer: str, score: float
) -> None:
    drunk = read(folder)[0]
    assert drunk.answers[:4] == ["morning", "morning", "breakfast", "breakfast"]
    assert SUITE.score(drunk, Given(answer)) == pytest.approx(score)


def test_files_that_have_stems_only_will_do(folder: Path) -> None:
    path = folder / "mscoco_val2014_annotations.json"
    path.write_text(path.read_text("utf-8").replace("raw_answer", "other"), "utf-8")
    drunk = read(folder)[0]
    assert SUITE.score(drunk, Given("morn")) == 1
    assert SUITE.score(drunk, Given("morning")) == 0


def test_of_two_splits_in_a_folder_the_named_one_is_read(folder: Path) -> None:
    questions = folder / "OpenEnded_mscoco_train2014_questions.json"
    asked = {"image_id": 9, "question": "Who wears it?", "question_id": 90}
    questions.write_text(json.dumps({"questions": [asked]}), "utf-8")
    said = {"question_id": 90, "answer_type": "other", "answers": twice("diver")}
    path = folder / "mscoco_train2014_annotations.json"
    path.write_text(json.dumps({"annotations": [said]}), "utf-8")
    (question,) = read(questions)
    assert question.answers == ["diver", "diver"]
    assert question.images == [folder / "train2014" / "COCO_train2014_000000000009.jpg"]
    assert len(read(folder / "OpenEnded_mscoco_val2014_questions.json")) == 2


def test_other_files_are_refused(folder: Path) -> None:
    (folder / "mscoco_val2014_annotations.json").write_text('{"annotations": [{}]}', "utf-8")
    with pytest.raises(InputError, match="not OK-VQA's file of annotations"):
        read(folder)
