"""VQAv2's official files, in a small copy of their layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from viscript import InputError
from viscript.eval.suites.suite import Given
from viscript.eval.suites.vqav2 import SUITE, read

QUESTIONS, ANNOTATIONS = (
    "v2_OpenEnded_mscoco_val2014_questions.json",
    "v2_mscoco_val2014_annotations.json",
)


def write(folder: Path, questions: list[Any], annotations: list[Any]) -> None:
    (folder / QUESTIONS).write_text(json.dumps({"questions": questions}), "utf-8")
    (folder / ANNOTATIONS).write_text(json.dumps({"annotations": annotations}), "utf-8")


def asked(number: int, image: int) -> dict[str, Any]:
    return {"question_id": number, "image_id": image, "question": f"Question {number}?"}


def said(number: int, *answers: str) -> dict[str, Any]:
    given = [{"answer": one, "answer_id": at} for at, one in enumerate(answers, 1)]
    return {
        "question_id": number,
        "answers": given,
        "answer_type": "number",
        "question_type": "how many",
    }


def test_the_official_files_are_read(tmp_path: Path) -> None:
    pairs = [asked(7001, 7), asked(42000, 42), asked(7000, 7)]
    write(
        tmp_path, pairs, [said(7000, "2"), said(7001, "3"), said(42000, *["two"] * 5, *["3"] * 5)]
    )
    questions = read(tmp_path)
    # Those of a picture together: they share its work.
    assert [one.id for one in questions] == ["7000", "7001", "42000"]
    last = questions[-1]
    assert last.images == [tmp_path / "val2014" / "COCO_val2014_000000000042.jpg"]
    assert (last.request, last.kind, len(last.answers)) == ("Question 42000?", "number", 10)
    assert SUITE.score(last, Given("2")) == 1


def test_lines_of_json_will_do(tmp_path: Path) -> None:
    line = {"id": 5, "image": "a.jpg", "question": "Is it?", "answers": ["yes"] * 9 + ["no"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(line) + "\n\n", "utf-8")
    (question,) = read(tmp_path)
    assert (question.id, question.kind) == ("5", "yes/no")
    assert question.images == [tmp_path / "a.jpg"]
    assert SUITE.score(question, Given("no")) == pytest.approx(0.3)


def test_a_line_with_one_answer_is_right_by_that(tmp_path: Path) -> None:
    line = {"image": "a.jpg", "question": "What is it?", "answer": "dog"}
    (tmp_path / "questions.jsonl").write_text(json.dumps(line), "utf-8")
    (question,) = read(tmp_path)
    assert SUITE.score(question, Given("The dog")) == 1
    assert SUITE.score(question, Given("cat")) == 0


def test_capitals_cost_nothing_where_all_people_answered_alike(tmp_path: Path) -> None:
    write(tmp_path, [asked(7001, 7)], [said(7001, *["this is camping"] * 10)])
    (question,) = read(tmp_path)
    assert SUITE.score(question, Given("This is camping")) == 1
    assert SUITE.score(question, Given("This is")) == 0


@pytest.mark.parametrize(
    ("questions", "annotations", "message"),
    [
        ([asked(1, 1)], [], "no annotation"),
        ([{"question_id": 1}], [], "not VQAv2's file of questions"),
        ([], [{"question_id": "x"}], "not VQAv2's file of annotations"),
        ([asked(1, 1)], [said(1)], r"annotations: annotations\.0\.answers"),
    ],
)
def test_files_that_are_something_else_are_refused(
    tmp_path: Path, questions: list[Any], annotations: list[Any], message: str
) -> None:
    write(tmp_path, questions, annotations)
    with pytest.raises(InputError, match=message):
        read(tmp_path)


def write_train(folder: Path) -> Path:
    """The files of a second split in a folder; its file of questions."""
    path = folder / QUESTIONS.replace("val", "train")
    path.write_text(json.dumps({"questions": [asked(9000, 9)]}), "utf-8")
    said_of = json.dumps({"annotations": [said(9000, "9")]})
    (folder / ANNOTATIONS.replace("val", "train")).write_text(said_of, "utf-8")
    return path


def test_of_two_splits_in_a_folder_the_named_one_is_read(tmp_path: Path) -> None:
    write(tmp_path, [asked(7000, 7)], [said(7000, "2")])
    train = write_train(tmp_path)
    with pytest.raises(InputError, match="name one with --data"):
        read(tmp_path)
    (of_val,), (of_train,) = read(tmp_path / QUESTIONS), read(train)
    assert (of_val.id, of_val.answers) == ("7000", ["2"])
    assert of_val.images == [tmp_path / "val2014" / "COCO_val2014_000000000007.jpg"]
    assert (of_train.id, of_train.answers) == ("9000", ["9"])
    assert of_train.images == [tmp_path / "train2014" / "COCO_train2014_000000000009.jpg"]


def test_the_only_annotations_beside_the_questions_may_have_any_name(tmp_path: Path) -> None:
    write(tmp_path, [asked(7000, 7)], [said(7000, "2")])
    (tmp_path / ANNOTATIONS).rename(tmp_path / "my_annotations.json")
    assert [one.id for one in read(tmp_path / QUESTIONS)] == ["7000"]


def test_questions_of_a_split_whose_annotations_are_not_there_are_refused(tmp_path: Path) -> None:
    write(tmp_path, [asked(7000, 7)], [said(7000, "2")])
    write_train(tmp_path)
    test = tmp_path / "v2_OpenEnded_mscoco_test2015_questions.json"
    test.write_text(json.dumps({"questions": [asked(1, 1)]}), "utf-8")
    with pytest.raises(
        InputError, match=r"none is v2_mscoco_test2015_annotations\.json"
    ) as refused:
        read(test)
    assert "annotations of its split" in refused.value.hint


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has 0 files"):
        read(tmp_path)
