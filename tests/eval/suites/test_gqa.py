"""GQA's published file of questions, in a small copy of its layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from inspect_ai.log import read_eval_log
from viscript import Image, InputError
from viscript.eval.suites.gqa import SUITE, read
from viscript.eval.suites.suite import Scored

Evaluated = Callable[[str, Path, Mapping[str, str]], dict[str, Any]]


def asked(
    question: str,
    answer: str,
    structural: str,
    semantic: str,
    entailed: list[str],
    balanced: bool | None = True,
) -> dict[str, Any]:
    return {
        "question": question,
        "imageId": "2370799",
        "answer": answer,
        "fullAnswer": f"It is {answer}.",
        **({} if balanced is None else {"isBalanced": balanced}),
        "types": {"structural": structural, "semantic": semantic, "detailed": "existAttrC"},
        "entailed": entailed,
        "equivalent": [],
        "groups": {"global": None, "local": "x"},
    }


@pytest.fixture
def folder(tmp_path: Path, astronaut: Image) -> Path:
    (tmp_path / "gqa" / "images").mkdir(parents=True)
    astronaut.save(tmp_path / "gqa" / "images" / "2370799.jpg")
    questions = {
        "001": asked(
            "Is there a person?", "yes", "verify", "obj", ["001", "002", "003", "005", "999"]
        ),
        "002": asked("Is there a woman?", "yes", "verify", "obj", ["001"]),
        "003": asked("What is there?", "person", "query", "rel", [], balanced=None),
        "004": asked("Is it red or blue?", "red", "choose", "attr", ["001"]),
        "005": asked("Is there a man?", "no", "logical", "obj", ["001", "002"], balanced=False),
        "006": asked("Is there a bus?", "no", "logical", "obj", ["001"], balanced=False),
    }
    path = tmp_path / "gqa" / "testdev_balanced_questions.json"
    path.write_text(json.dumps(questions), "utf-8")
    return tmp_path / "gqa"


def test_scores_come_by_structural_and_by_semantic_type(folder: Path, evaluated: Evaluated) -> None:
    figures = evaluated(
        "gqa",
        folder,
        {
            "Is there a person?": "answer = exists(find(image, 'person'))",
            "Is there a woman?": "answer = 'no'",
            "What is there?": "answer = find(image, 'person')[0].label",
            "Is it red or blue?": "answer = 'blue'",
            "Is there a man?": "answer = 'no'",
        },
    )
    means = {kind: one["mean"] for kind, one in figures["systems"]["viscript"].items()}
    assert means == {"all": 0.5, "verify": 0.5, "query": 1, "choose": 0}
    # 001 is right and entails 002 (wrong), 003 and 005 (right). 005 is not balanced: what it
    # entails doesn't count, nor does its own answer anywhere else.
    assert figures["measures"] == pytest.approx(
        {
            "consistency": 2 / 3,
            "object questions": 0.5,
            "relation questions": 1,
            "attribute questions": 0,
        }
    )
    assert (figures["asked"], figures["answered"], figures["uncounted"]) == (5, 5, 1)
    log = read_eval_log(figures["log"], header_only=True)
    assert log.results is not None
    metrics = log.results.scores[0].metrics
    assert metrics["mean"].value == 0.5
    assert "logical" not in metrics


def test_pictures_are_named_by_their_id(folder: Path) -> None:
    assert {one.images[0].name for one in read(folder)} == {"2370799.jpg"}


def test_of_questions_that_are_not_balanced_those_are_asked_that_follow_from_others(
    folder: Path,
) -> None:
    assert {one.id: one.counts for one in read(folder)} == {
        **dict.fromkeys(("001", "002", "003", "004"), True),
        "005": False,
    }


def test_consistency_counts_what_follows_from_right_answers(folder: Path) -> None:
    scored = [Scored(one, 1.0) for one in read(folder)]
    assert SUITE.measures["consistency"](scored) == 1


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "questions.json").write_text('{"1": {"question": "What?"}}', "utf-8")
    with pytest.raises(InputError, match=r"not GQA's file of questions: 1\.imageId"):
        read(tmp_path)
