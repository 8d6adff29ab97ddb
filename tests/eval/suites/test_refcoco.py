"""RefCOCO's refs and instances, in a small copy of their layout."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.suites.refcoco import read

Evaluated = Callable[[str, Path, Mapping[str, str]], dict[str, Any]]
PHOTO = "COCO_train2014_000000000001.jpg"


def ref(number: int, split: str, *phrases: str) -> dict[str, Any]:
    return {
        "ref_id": number,
        "ann_id": 100,
        "image_id": 1,
        "category_id": 1,
        "split": split,
        "file_name": "COCO_train2014_000000000001_100.jpg",
        "sent_ids": [number * 10 + at for at in range(len(phrases))],
        "sentences": [
            {"sent_id": number * 10 + at, "sent": one, "raw": one, "tokens": one.split()}
            for at, one in enumerate(phrases)
        ],
    }


@pytest.fixture
def folder(tmp_path: Path, astronaut: Image) -> Path:
    data = tmp_path / "refcoco"
    (data / "train2014").mkdir(parents=True)
    astronaut.save(data / "train2014" / PHOTO)
    box = [20, 10, 340, 500]
    instances = {
        "images": [{"id": 1, "file_name": PHOTO, "height": 512, "width": 512}],
        "annotations": [{"id": 100, "image_id": 1, "category_id": 1, "bbox": box, "area": 9e4}],
        "categories": [{"id": 1, "name": "person"}],
    }
    (data / "instances.json").write_text(json.dumps(instances), "utf-8")
    refs = [
        ref(1, "testA", "the astronaut", "woman in orange", "woman by the flag"),
        ref(2, "val", "person"),
        ref(3, "train", "left lady"),
    ]
    (data / "refs.json").write_text(json.dumps(refs), "utf-8")
    return data


def test_boxes_are_right_when_they_overlap_the_true_one_by_half(
    folder: Path, evaluated: Evaluated
) -> None:
    figures = evaluated(
        "refcoco",
        folder,
        {
            "Locate the astronaut.": "answer = find(image, 'person')[0]",
            # The answer may also be the picture in which the region is drawn.
            "Locate the woman in orange.": "answer = tag(image, find(image, 'person'))",
            # 256 x 512 of the left, of which 236 x 500 are in the box of 340 x 500.
            "Locate the woman by the flag.": "answer = half(image, 'left')",
            "Locate the person.": "answer = 'there'",
        },
    )
    means = {kind: one["mean"] for kind, one in figures["systems"]["viscript"].items()}
    assert means == pytest.approx({"all": 0.75, "testA": 1, "val": 0})
    half = 236 * 500 / (256 * 512 + 340 * 500 - 236 * 500)
    found = 2 * (figures["measures"]["mean IoU"] * 4 - half) / 4
    assert 0.9 < found < 1


def test_phrases_are_asked_for_with_one_article(folder: Path) -> None:
    phrases = ("the astronaut", "a man in red", "An apple", "another man", "left")
    (folder / "refs.json").write_text(json.dumps([ref(1, "val", *phrases)]), "utf-8")
    assert [one.request for one in read(folder)] == [
        "Locate the astronaut.",
        "Locate the man in red.",
        "Locate the apple.",
        "Locate the another man.",
        "Locate the left.",
    ]


def test_the_training_split_is_not_asked(folder: Path) -> None:
    assert [one.id for one in read(folder)] == ["1-10", "1-11", "1-12", "2-20"]


def test_a_ref_without_its_object_is_refused(folder: Path) -> None:
    refs = [{**ref(7, "val", "x"), "ann_id": 5}]
    (folder / "refs.json").write_text(json.dumps(refs), "utf-8")
    with pytest.raises(InputError, match="ref 7 is of no object"):
        read(folder)


@pytest.mark.parametrize("protocol", range(6))
def test_a_published_pickle_of_refs_is_read_like_the_json(folder: Path, protocol: int) -> None:
    expected = read(folder)
    refs = json.loads((folder / "refs.json").read_text("utf-8"))
    (folder / "refs(unc).p").write_bytes(pickle.dumps(refs, protocol))
    assert read(folder / "refs(unc).p") == expected
    (folder / "refs.json").unlink()
    assert read(folder) == expected


def test_of_several_lists_of_refs_one_must_be_named(folder: Path) -> None:
    refs = folder / "refs.json"
    for name in ("refs(unc).p", "refs(google).p"):
        (folder / name).write_bytes(pickle.dumps(json.loads(refs.read_text("utf-8"))))
    refs.unlink()
    with pytest.raises(InputError, match=r"2 files refs.*name one with --data"):
        read(folder)


def test_a_pickle_that_calls_something_is_refused_and_calls_nothing(
    folder: Path, tmp_path: Path
) -> None:
    class Hostile:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "called",)

    (folder / "refs.json").unlink()
    (folder / "refs(unc).p").write_bytes(pickle.dumps([Hostile()]))
    with pytest.raises(InputError, match="only plain values are read"):
        read(folder)
    assert not (tmp_path / "called").exists()
