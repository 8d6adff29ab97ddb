"""NLVR2's published lines, in a small copy of their layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.suites.nlvr2 import read

Evaluated = Callable[[str, Path, Mapping[str, str]], dict[str, Any]]
PEOPLE, CATS = "There is a person in each picture.", "Only one picture has a cat."
ASKED = "Is it true? "


def example(identifier: str, sentence: str, label: str) -> str:
    urls = {"left_url": "https://example.org/l.jpg", "right_url": "https://example.org/r.jpg"}
    kept = {"sentence": sentence, "identifier": identifier, "label": label, "writer": "1", **urls}
    return json.dumps(kept)


@pytest.fixture
def folder(tmp_path: Path, astronaut: Image, cat: Image) -> Path:
    data = tmp_path / "nlvr2"
    (data / "dev").mkdir(parents=True)
    pairs = {"0-0": (astronaut, cat), "0-1": (astronaut, astronaut)}
    for pair, pictures in pairs.items():
        for number, picture in enumerate(pictures):
            picture.save(data / "dev" / f"dev-{pair}-img{number}.png")
    lines = [
        example("dev-0-1-0", PEOPLE, "True"),
        example("dev-0-0-0", PEOPLE, "False"),
        example("dev-0-0-1", CATS, "True"),
        example("dev-0-1-1", CATS, "False"),
    ]
    (data / "dev.json").write_text("\n".join(lines) + "\n", "utf-8")
    return data


def test_a_sentence_is_consistent_when_each_of_its_pairs_is_right(
    folder: Path, evaluated: Evaluated
) -> None:
    people = "answer = exists(find(left, 'person')) and exists(find(right, 'person'))"
    figures = evaluated("nlvr2", folder, {ASKED + PEOPLE: people, ASKED + CATS: "answer = 'True'"})
    means = {kind: one["mean"] for kind, one in figures["systems"]["viscript"].items()}
    assert means == {"all": 0.75}
    # A type that tells the answer would make a constant of each type right.
    assert figures["systems"]["majority answer"]["all"]["mean"] == 0.5
    assert figures["measures"] == {"consistency": 0.5}


def test_pictures_are_left_and_right_and_pairs_follow_each_other(folder: Path) -> None:
    questions = read(folder)
    assert [one.id for one in questions] == ["dev-0-0-0", "dev-0-0-1", "dev-0-1-0", "dev-0-1-1"]
    left, right = questions[0].images
    assert left == folder / "dev" / "dev-0-0-img0.png"
    assert right == folder / "dev" / "dev-0-0-img1.png"
    assert questions[0].group == questions[2].group != questions[1].group


def test_the_training_split_has_its_pictures_in_numbered_folders(folder: Path, cat: Image) -> None:
    (folder / "images" / "train" / "65").mkdir(parents=True)
    cat.save(folder / "images" / "train" / "65" / "train-9-0-img0.png")
    line = {"identifier": "train-9-0-0", "sentence": CATS, "label": "True", "directory": 65}
    (folder / "dev.json").write_text(json.dumps(line), "utf-8")
    (question,) = read(folder)
    assert question.images[1] == folder / "images" / "train" / "65" / "train-9-0-img1.png"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (example("dev-0-0", CATS, "True"), "is not an example of NLVR2"),
        (example("dev-0-0-0", CATS, "maybe"), "is not an example of NLVR2"),
        # A file can't have such a name.
        (example(f"dev-0-{'1' * 300}-0", CATS, "True"), "is not an example of NLVR2"),
        (
            f'{{"directory": {"1" * 300}, {example("dev-0-0-0", CATS, "True")[1:]}',
            "line 1 is not of NLVR2's sentences: directory",
        ),
        ('{"sentence": "x"}', "line 1 is not of NLVR2's sentences: identifier"),
    ],
)
def test_other_lines_are_refused(folder: Path, line: str, message: str) -> None:
    (folder / "dev.json").write_text(line, "utf-8")
    with pytest.raises(InputError, match=message):
        read(folder)
