"""Instructions to tag, with true names and boxes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.suites.tagging import read

Evaluated = Callable[[str, Path, Mapping[str, str]], dict[str, Any]]
WHO, ALL = "Tag the astronaut by her name", "Tag people and chairs"


@pytest.fixture
def folder(tmp_path: Path, astronaut: Image) -> Path:
    data = tmp_path / "tagging"
    data.mkdir()
    astronaut.save(data / "astronaut.png")
    person = [20, 10, 360, 510]
    lines: list[dict[str, Any]] = [
        {"image": "astronaut.png", "instruction": WHO, "type": "people"},
        {"image": "astronaut.png", "instruction": ALL, "type": "things"},
    ]
    lines[0]["tags"] = [{"name": "Eileen Collins", "box": person}]
    lines[1]["tags"] = [{"name": "person", "box": person}, {"name": "shuttle", "box": [1, 1, 9, 9]}]
    (data / "tags.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return data


def test_precision_and_recall_are_averaged_over_instructions(
    folder: Path, evaluated: Evaluated
) -> None:
    figures = evaluated(
        "tagging",
        folder,
        {
            WHO: "answer = tag(image, find(image, 'person'))",
            ALL: "answer = find(image, 'person') + [half(image, 'right'), half(image, 'left')]",
        },
    )
    means = {kind: one["mean"] for kind, one in figures["systems"]["viscript"].items()}
    # The first has one tag on the right object, with another name. The second has one of three tags
    # right, and one of two true tags.
    assert means == pytest.approx({"all": 0.2, "people": 0, "things": 0.4})
    assert figures["measures"] == pytest.approx(
        {
            **{"precision": 1 / 6, "recall": 1 / 4, "F1": 1 / 5},
            **{"precision of boxes": 2 / 3, "recall of boxes": 3 / 4, "F1 of boxes": 12 / 17},
        }
    )


def test_an_instruction_for_which_nothing_is_given_has_a_precision_of_0(
    folder: Path, evaluated: Evaluated
) -> None:
    programs = {WHO: "answer = 'nobody'", ALL: "answer = find(image, 'person')"}
    assert evaluated("tagging", folder, programs)["measures"]["precision"] == 0.5


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"image": "a", "instruction": "b", "tags": []}', "line 1 is not of tagging .*: tags"),
        (
            '{"image": "a", "instruction": "b", "tags": [{"name": "c", "box": [9, 0, 1, 1]}]}',
            "instruction 1: a box is finite",
        ),
    ],
)
def test_lines_without_true_tags_are_refused(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "tags.jsonl").write_text(line, "utf-8")
    with pytest.raises(InputError, match=message):
        read(tmp_path / "tags.jsonl")
