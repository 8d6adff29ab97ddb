"""GQA's published file of questions, in a small copy of its layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.suites.gqa import SUITE, read
from viscript.eval.suites.suite import Scored

Evaluated = Callable[[str, Path, Mapping[str, str]], dict[str, Any]]


def asked(
    question: str, answer: str, structural: str, semantic: str, entailed: list[str]
) -> dict[str, Any]:
    return {
        "question": question,
        "imageId": "2370799",
        "answer": answer,
        "fullAnswer": f"It is {answer}.",
        "isBalanced": True,
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
        "001": asked("Is there a person?", "yes", "verify", "obj", ["001", "002", "003", "999"]),
        "002": asked("Is there a woman?", "yes", "verify", "obj", ["001"]),
        "003": asked("What is there?", "person", "query", "rel", []),
        "004": asked("Is it red or blue?", "red", "choose", "attr", ["001"]),
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
        },
    )
    means = {kind: one["mean"] for kind, one in figures["systems"]["viscript"].items()}
    assert means == {"all": 0.5, "verify": 0.5, "query": 1, "choose": 0}
    # 001 is right and entails 002 (wrong) and 003 (right); nothing else counts.
    assert figures["measures"] == {
        "consistency": 0.5,
        "object questions": 0.5,
        "relation questions": 1,
        "attribute questions": 0,
    }


def test_pictures_are_named_by_their_id(folder: Path) -> None:
    assert [one.images[0].name for one in read(folder)] == ["2370799.jpg"] * 4


def test_consistency_counts_what_follows_from_right_answers(folder: Path) -> None:
    scored = [Scored(one, 1.0) for one in read(folder)]
    assert SUITE.measures["consistency"](scored) == 1


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "questions.json").write_text('{"1": {"question": "What?"}}', "utf-8")
    with pytest.raises(InputError, match=r"not GQA's file of questions: 1\.imageId"):
        read(tmp_path)
