"""COCO's boxes tell what programs answer with true tools, in `detection` and `refcoco`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from viscript.eval.causes import cause_of
from viscript.eval.record import Record
from viscript.eval.suites import detection, refcoco
from viscript.eval.suites.regions import regions_in
from viscript.eval.suites.suite import Given, Question

BOXES = {
    "person": [20, 10, 300, 400],
    "dining table": [8, 300, 600, 90],
    "cup": [500, 280, 30, 40],
    "handbag": [400, 100, 60, 60],
}
NAMES = list(BOXES)
WHOLE = {"height": 427, "width": 640}


def instances(crowded: str = "", size: dict[str, int] = WHOLE) -> dict[str, Any]:
    """COCO's file of one picture with an object of each name, of two cups."""
    shown = [*BOXES.items(), ("cup", [100, 290, 30, 40])]
    return {
        "images": [{"id": 1, "file_name": "1.jpg", **size}],
        "annotations": [
            {
                "id": at,
                "image_id": 1,
                "category_id": NAMES.index(name),
                "bbox": box,
                "iscrowd": int(name == crowded),
            }
            for at, (name, box) in enumerate(shown)
        ],
        "categories": [{"id": at, "name": name} for at, name in enumerate(NAMES)],
    }


def listed(folder: Path, content: dict[str, Any]) -> Question:
    """The question of `detection` about the picture."""
    (folder / "instances_val2017.json").write_text(json.dumps(content), "utf-8")
    return detection.read(folder)[0]


def located(folder: Path, phrase: str, content: dict[str, Any], annotation: int = 2) -> Question:
    """A question of `refcoco` about the picture; the object is the cup on the right."""
    (folder / "instances.json").write_text(json.dumps(content), "utf-8")
    sentences = [{"sent_id": 1, "sent": phrase}]
    ref = {"ref_id": 1, "ann_id": annotation, "image_id": 1, "split": "val", "sentences": sentences}
    (folder / "refs.json").write_text(json.dumps([ref]), "utf-8")
    return refcoco.read(folder)[0]


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("answer = list_objects(image)", "tool's wrong result"),
        ("answer = tag(image, list_objects(image))", "tool's wrong result"),
        ("answer = find(image, 'people, table, cups and purse')", "tool's wrong result"),
        # One of the five.
        ("answer = find(image, 'handbag')", "wrong program"),
        ("answer = find(image, 'giraffe')", "wrong program"),
        ("answer = tag(image, find(image, 'person'))", "wrong program"),
        ("answer = list_objects(crop(image, find(image, 'handbag')))", "wrong program"),
        ("answer = count(list_objects(image))", "wrong program"),
        # Nothing is said about nurses, hats, colours, faces and adjectives.
        ("answer = find(image, 'nurse')", "program or tool"),
        ("answer = find(image, 'hat')", "program or tool"),
        ("answer = find(image, 'red cup')", "program or tool"),
        ("answer = select(list_objects(image), 'red')", "program or tool"),
        ("answer = find_faces(image)", "program or tool"),
        ("answer = find(image, ' ')", "program or tool"),
    ],
)
def test_of_a_list_that_misses_a_cup_the_boxes_tell_who_is_to_blame(
    tmp_path: Path, program: str, cause: str
) -> None:
    record = Record(text="a person and a cup", program=program)
    assert cause_of(detection.SUITE, listed(tmp_path, instances()), record) == cause


def test_true_tools_find_what_is_annotated(tmp_path: Path) -> None:
    given = detection.truth(listed(tmp_path, instances()), "answer = list_objects(image)")
    assert given is not None
    regions = regions_in(given)
    assert [one.label for one in regions] == [*NAMES, "cup"]
    assert regions[1].box.xyxy == (8, 300, 608, 390)


def test_a_part_that_is_cut_out_shows_what_lies_in_it(tmp_path: Path) -> None:
    program = "answer = list_objects(crop_right_of(image, find(image, 'handbag')))"
    given = detection.truth(listed(tmp_path, instances()), program)
    assert given is not None
    # The corner of the part is at 430, beyond what a byte can say.
    (cup, bag) = regions_in(given)
    assert (cup.label, cup.box.xyxy) == ("cup", (70, 280, 100, 320))
    assert (bag.label, bag.box.xyxy) == ("handbag", (0, 100, 30, 160))


def test_crowds_are_left_out_of_a_true_list_as_of_its_score(tmp_path: Path) -> None:
    question = listed(tmp_path, instances(crowded="person"))
    given = detection.truth(question, "answer = list_objects(image)")
    assert given is not None
    assert "person" not in {one.label for one in regions_in(given)}
    assert detection.score(question, given) == 1


@pytest.mark.parametrize("size", [{}, {"width": 640}, {"width": 5000, "height": 10}])
def test_without_the_size_of_a_picture_or_in_a_huge_one_nothing_is_known(
    tmp_path: Path, size: dict[str, int]
) -> None:
    question = listed(tmp_path, instances(size=size))
    assert detection.truth(question, "answer = list_objects(image)") is None


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("answer = select(find(image, 'cup'), 'rightmost')", "tool's wrong result"),
        ("answer = tag(image, select(find(image, 'cup'), 'right'))", "tool's wrong result"),
        ("answer = select(find(image, 'objects'), 'the cup on the right')", "tool's wrong result"),
        ("answer = select(find(image, 'cup'), 'leftmost')", "wrong program"),
        ("answer = find(image, 'handbag')", "wrong program"),
        # Right or wrong by which of the two cups is found first.
        ("answer = find(image, 'cup')[0]", "program or tool"),
        ("answer = select(find(image, 'cup'), 'red')", "program or tool"),
        ("answer = select(find(image, 'cup'), 'the large one')", "program or tool"),
        ("answer = select(find(image, 'cup'), 'that says \"tea\"')", "program or tool"),
        ("answer = select(find(image, 'cup'), 'right of the man')", "program or tool"),
        ("answer = select(find(image, 'cup'), 'the right mug')", "program or tool"),
        ("answer = select(find(image, 'cup'), 'rightmost', 'mug')", "program or tool"),
    ],
)
def test_of_a_wrong_region_all_boxes_of_the_picture_tell_who_is_to_blame(
    tmp_path: Path, program: str, cause: str
) -> None:
    question = located(tmp_path, "right cup", instances())
    record = Record(text="a cup at 100, 290", program=program)
    assert cause_of(refcoco.SUITE, question, record) == cause


@pytest.mark.parametrize(
    ("program", "known"),
    [
        ("answer = find(image, 'handbag')[0]", True),
        ("answer = find(image, 'person')[0]", False),
        ("answer = find(image, 'someone, handbag')[0]", False),
        ("answer = list_objects(image)[0]", False),
    ],
)
def test_who_is_in_a_crowd_is_not_known_where_one_is_meant(
    tmp_path: Path, program: str, known: bool
) -> None:
    question = located(tmp_path, "bag", instances(crowded="person"), annotation=3)
    assert (refcoco.truth(question, program) is not None) == known


def test_objects_without_a_name_leave_nothing_known(tmp_path: Path) -> None:
    question = located(tmp_path, "right cup", {**instances(), "categories": []})
    assert question.truth == {"box": (500, 280, 530, 320)}
    assert refcoco.truth(question, "answer = find(image, 'cup')") is None
    assert refcoco.score(question, Given("")) == 0
