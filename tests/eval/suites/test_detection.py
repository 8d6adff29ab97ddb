"""COCO's instances, in a small copy of their layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.suites.detection import REQUEST, read

Evaluated = Callable[[str, Path, Mapping[str, str]], dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path, astronaut: Image, coffee: Image) -> Path:
    data = tmp_path / "coco"
    (data / "annotations").mkdir(parents=True)
    (data / "val2017").mkdir()
    astronaut.save(data / "val2017" / "000000000001.jpg")
    coffee.save(data / "val2017" / "000000000002.jpg")
    boxes = [[20, 10, 340, 500], [8, 3, 589, 396], [0, 0, 100, 90]]
    instances: dict[str, Any] = {
        "images": [{"id": 1, "file_name": "000000000001.jpg"}],
        "annotations": [
            {"id": 7, "image_id": 1, "category_id": 1, "bbox": boxes[0], "iscrowd": 0},
            {"id": 8, "image_id": 2, "category_id": 67, "bbox": boxes[1], "iscrowd": 0},
            {"id": 9, "image_id": 1, "category_id": 1, "bbox": boxes[2], "iscrowd": 1},
        ],
        "categories": [{"id": 1, "name": "person"}, {"id": 67, "name": "dining table"}],
    }
    instances["images"].append({"id": 2, "file_name": "000000000002.jpg"})
    path = data / "annotations" / "instances_val2017.json"
    path.write_text(json.dumps(instances), "utf-8")
    return data


def test_pictures_have_an_f1_and_all_of_them_an_average_precision(
    folder: Path, evaluated: Evaluated
) -> None:
    figures = evaluated("detection", folder, {REQUEST: "answer = find(image, 'person')"})
    # The person is found, the table is not.
    assert figures["systems"]["viscript"]["all"]["mean"] == 0.5
    assert figures["measures"]["AP50"] == pytest.approx(0.5)
    assert 0.3 < figures["measures"]["AP"] <= 0.5


def test_boxes_drawn_into_the_picture_count(folder: Path, evaluated: Evaluated) -> None:
    program = "answer = tag(image, find(image, 'person') + find(image, 'table'))"
    figures = evaluated("detection", folder, {REQUEST: program})
    assert figures["measures"]["AP50"] == pytest.approx(1)


def test_the_pictures_are_those_of_the_split(folder: Path) -> None:
    first, second = read(folder)
    assert first.images == [folder / "val2017" / "000000000001.jpg"]
    assert first.truth["objects"][1] == ["person", (0, 0, 100, 90), True]
    assert second.answers == ["dining table"]


def test_another_file_is_refused(folder: Path) -> None:
    path = folder / "annotations" / "instances_val2017.json"
    path.write_text('{"images": [{"id": "x"}]}', "utf-8")
    with pytest.raises(InputError, match="not COCO's file of instances"):
        read(folder)


@pytest.mark.parametrize("categories", [None, [{"id": 1, "name": "person"}]])
def test_objects_of_a_category_without_a_name_are_refused(
    folder: Path, categories: list[Any] | None
) -> None:
    path = folder / "annotations" / "instances_val2017.json"
    instances: dict[str, Any] = json.loads(path.read_text("utf-8"))
    del instances["categories"]
    path.write_text(json.dumps(instances | ({"categories": categories} if categories else {})))
    message = r"object [78] is of a category (1|67) that has no name"
    with pytest.raises(InputError, match=message) as refused:
        read(folder)
    assert "categories" in refused.value.hint
