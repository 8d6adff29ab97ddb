"""GQA's published scene graphs tell what programs answer with true tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from viscript import InputError
from viscript.eval.causes import cause_of
from viscript.eval.record import Record
from viscript.eval.suites.gqa import SUITE, read
from viscript.eval.suites.suite import Given, Question


def thing(name: str, box: list[int], *attributes: str) -> dict[str, Any]:
    x, y, w, h = box
    return {
        "name": name,
        **{"x": x, "y": y, "w": w, "h": h},
        "attributes": list(attributes),
        "relations": [{"name": "near", "object": "9"}],
    }


GRAPH: dict[str, Any] = {
    "width": 640,
    "height": 480,
    "objects": {
        "1": thing("man", [10, 20, 100, 300], "standing"),
        "2": thing("tennis player", [400, 20, 100, 300]),
        "3": thing("shirt", [20, 60, 80, 100], "gray"),
        "4": thing("car", [300, 200, 90, 60], "red", "parked"),
        "5": thing("car", [500, 200, 90, 60], "blue"),
        "6": thing("desk", [200, 300, 200, 100], "wooden", "brown", "white"),
        "7": thing("glasses", [30, 30, 20, 10], "silver"),
    },
}


def write(folder: Path, question: str, answer: str, name: str = "val") -> Question:
    """A question on the picture of the graph, with its graph beside it."""
    asked = {
        "1": {
            "question": question,
            "imageId": "7",
            "answer": answer,
            "types": {"structural": "verify", "semantic": "obj"},
        }
    }
    path = folder / f"{name}_balanced_questions.json"
    path.write_text(json.dumps(asked), "utf-8")
    (folder / "val_sceneGraphs.json").write_text(json.dumps({"7": GRAPH}), "utf-8")
    return read(path)[0]


@pytest.mark.parametrize(
    ("question", "answer", "program", "cause"),
    [
        # The detector saw a dog, or no man, or another colour.
        ("Is there a dog?", "no", "answer = exists(find(image, 'dog'))", "tool's wrong result"),
        ("Are there dogs?", "no", "answer = exists(find(image, 'a dog'))", "tool's wrong result"),
        ("Is there a man?", "yes", "answer = exists(find(image, 'men'))", "tool's wrong result"),
        ("Is there a person?", "yes", "answer = exists(find(image, 'person'))", "tool's"),
        ("Which color is it?", "gray", "answer = color_of(find(image, 'shirt')[0])", "tool's"),
        ("Is a car red?", "yes", "answer = exists(select(find(image, 'car'), 'red'))", "tool's"),
        ("Is it gray?", "yes", "answer = exists(select(find(image, 'shirt'), 'gray'))", "tool's"),
        ("Is it white?", "no", "answer = exists(select(find(image, 'car'), 'white'))", "tool's"),
        (
            "Is the man left of the car?",
            "yes",
            "answer = left_of(find(image, 'man')[0], find(image, 'car')[0])",
            "tool's",
        ),
        # With true tools the program is as wrong.
        ("Is there a dog?", "yes", "answer = exists(find(image, 'dog'))", "wrong program"),
        ("Is there a person?", "no", "answer = exists(find(image, 'person'))", "wrong program"),
        (
            "Which color is it?",
            "red",
            "answer = color_of(find(image, 'shirt')[0])",
            "wrong program",
        ),
        ("Who is there?", "girl", "answer = find(image, 'man')[0].label", "wrong program"),
        # The graph may be silent about what was not asked for.
        ("Is it a yard?", "yes", "answer = exists(find(image, 'dog'))", "program or tool"),
        # It may be another name of the desk, or of one of the people.
        ("Is there a table?", "no", "answer = exists(find(image, 'table'))", "program or tool"),
        ("Is there a woman?", "no", "answer = exists(find(image, 'woman'))", "program or tool"),
        ("Is there a tree?", "no", "answer = exists(find(image, 'tree'))", "program or tool"),
        ("Any animals?", "no", "answer = exists(find(image, 'animals'))", "program or tool"),
        ("Is there a glass?", "yes", "answer = exists(find(image, 'glass'))", "program or tool"),
        # A finder may skip the adjective.
        ("Is there a red car?", "no", "answer = exists(find(image, 'red car'))", "program or tool"),
        # One car is red, the other is blue; the desk has two colours, the man none; and color_of
        # calls grey what the graph calls silver.
        ("Which color?", "red", "answer = color_of(find(image, 'glasses')[0])", "program or tool"),
        ("Which color?", "red", "answer = color_of(find(image, 'car')[0])", "program or tool"),
        ("Which color?", "red", "answer = color_of(find(image, 'desk')[0])", "program or tool"),
        ("Is he red?", "yes", "answer = exists(select(find(image, 'man'), 'red'))", "program or"),
        ("Is it big?", "yes", "answer = exists(select(find(image, 'car'), 'big'))", "program or"),
        ("Is it old?", "yes", "answer = exists(select(find(image, 'car'), 'old'))", "program or"),
        ("What is there?", "car", "answer = list_objects(image)[0].label", "program or tool"),
        ("Is it day?", "yes", "answer = ask(image, 'Is it day?')", "program or tool"),
    ],
)
def test_scene_graphs_tell_a_wrong_program_from_a_wrong_tool(
    tmp_path: Path, question: str, answer: str, program: str, cause: str
) -> None:
    asked = write(tmp_path, question, answer)
    # What was answered is of the form of the right answer: that is no cause here.
    wrong = {"yes": "no", "no": "yes"}.get(answer, "something")
    assert cause_of(SUITE, asked, Record(text=wrong, program=program)).startswith(cause)


def test_graphs_may_lie_in_the_folder_that_they_are_published_in(tmp_path: Path) -> None:
    write(tmp_path, "Is there a car?", "yes")
    (tmp_path / "sceneGraphs").mkdir()
    (tmp_path / "val_sceneGraphs.json").rename(tmp_path / "sceneGraphs" / "val_sceneGraphs.json")
    (question,) = read(tmp_path)
    assert SUITE.truth is not None
    given = SUITE.truth(question, "answer = count(find(image, 'car'))")
    assert given is not None
    assert given.value == 2


def test_without_the_graphs_of_the_split_nothing_is_known(tmp_path: Path) -> None:
    question = write(tmp_path, "Is there a car?", "yes", name="testdev")
    assert "graph" not in question.truth
    assert SUITE.truth is not None
    assert SUITE.truth(question, "answer = exists(find(image, 'car'))") is None


def test_another_file_of_graphs_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "Is there a car?", "yes")
    (tmp_path / "val_sceneGraphs.json").write_text('{"7": {"width": 0}}', "utf-8")
    with pytest.raises(InputError, match=r"not GQA's file of scene graphs: 7\.width"):
        read(tmp_path)


def test_grey_is_gray(tmp_path: Path) -> None:
    question = write(tmp_path, "Which color is it?", "gray")
    assert SUITE.score(question, Given("grey")) == SUITE.score(question, Given("gray")) == 1
