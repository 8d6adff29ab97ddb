"""CLEVR's published questions, in a small copy of their layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.causes import cause_of
from viscript.eval.record import Record
from viscript.eval.suites.clevr import SUITE, kind_of, read
from viscript.eval.suites.suite import Given, Question

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


@pytest.fixture
def known(folder: Path) -> Question:
    """A question on a picture whose solids are told."""
    solids = [
        ("brown", "large", "cylinder", "rubber", [119, 131, 11.0]),
        ("gray", "small", "cube", "metal", [300, 120, 9.5]),
        ("gray", "large", "sphere", "metal", [200, 100, 12.0]),
    ]
    keys = ("color", "size", "shape", "material", "pixel_coords")
    scene: dict[str, Any] = {
        "image_filename": "CLEVR_val_000000.png",
        "objects": [{**dict(zip(keys, one, strict=True)), "rotation": 3.1} for one in solids],
        "relationships": {},
    }
    (folder / "scenes").mkdir()
    path = folder / "scenes" / "CLEVR_val_scenes.json"
    path.write_text(json.dumps({"info": {}, "scenes": [scene]}), "utf-8")
    return read(folder)[0]


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        ("answer = count(list_objects(image))", "3"),
        ("answer = count(find(image, 'gray things'))", "2"),
        ("answer = exists(find(image, 'a tiny shiny block'))", "yes"),
        ("answer = exists(find(image, 'gray matte cube'))", "no"),
        ("answer = count(find(image, 'cubes and balls'))", "2"),
        ("answer = find(image, 'matte thing')[0].label", "cylinder"),
        ("answer = color_of(find(image, 'big metal object')[0])", "gray"),
        ("answer = count(select(find(image, 'things'), 'metal'))", "2"),
        ("answer = count(select(find(image, 'things'), 'gray metal ones'))", "2"),
        ("answer = count(select(find(image, 'things'), 'big gray metal'))", "1"),
        ("answer = count(select(find(image, 'things'), 'left of the cube'))", "2"),
        ("answer = select(find(image, 'things'), 'leftmost')[0].label", "cylinder"),
        ("answer = find(image, 'cylinder')[0].area > find(image, 'cube')[0].area", "yes"),
    ],
)
def test_true_tools_know_the_solids_of_the_published_scenes(
    known: Question, program: str, answer: str
) -> None:
    assert SUITE.truth is not None
    given = SUITE.truth(known, program)
    assert given is not None
    assert given.text == answer


@pytest.mark.parametrize(
    "program", ["answer = exists(find(image, 'dog'))", "answer = ask(image, 'How many?')"]
)
def test_what_the_scenes_do_not_tell_is_not_known(known: Question, program: str) -> None:
    assert SUITE.truth is not None
    assert SUITE.truth(known, program) is None


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("answer = count(find(image, 'cylinder'))", "tool's wrong result"),
        ("answer = count(find(image, 'metal things'))", "wrong program"),
        ("answer = count(find(image, 'table'))", "program or tool"),
    ],
)
def test_scenes_tell_a_wrong_program_from_a_wrong_tool(
    known: Question, program: str, cause: str
) -> None:
    assert cause_of(SUITE, known, Record(text="0", program=program)) == cause


def test_without_scenes_nothing_is_known(folder: Path) -> None:
    assert SUITE.truth is not None
    assert SUITE.truth(read(folder)[0], "answer = count(list_objects(image))") is None


def test_grey_is_gray(folder: Path) -> None:
    path = folder / "questions" / "CLEVR_val_questions.json"
    path.write_text(path.read_text("utf-8").replace('"cube"', '"gray"'), "utf-8")
    assert SUITE.score(read(folder)[1], Given("grey")) == SUITE.score(
        read(folder)[1], Given("gray")
    )
    assert SUITE.score(read(folder)[1], Given("grey")) == 1


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
