"""Edits by the embedded tools, checked with the boxes of what is in the picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError, Toolbox
from viscript.eval.suites.edit_judges import judge_of
from viscript.eval.suites.editing import SUITE, details, read
from viscript.eval.suites.suite import Given, Question

Evaluated = Callable[[str, Path, Mapping[str, str]], dict[str, Any]]
PERSON, FACE = [15, 14, 364, 508], [175, 70, 275, 180]
EFFECTS = ("background blurred", "background grey", "blurred", "removed", "covered")


@pytest.fixture
def folder(tmp_path: Path, astronaut: Image) -> Path:
    data = tmp_path / "editing"
    data.mkdir()
    astronaut.save(data / "astronaut.png")
    lines: list[dict[str, Any]] = []
    for effect in EFFECTS:
        box, name = (FACE, "face") if effect in ("blurred", "covered") else (PERSON, "person")
        lines.append(
            {"image": "astronaut.png", "instruction": effect, "effect": effect, "id": effect}
        )
        lines[-1]["objects"] = [{"name": name, "box": box}]
    (data / "edits.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return data


def test_edits_that_do_as_asked_pass_and_others_do_not(folder: Path, evaluated: Evaluated) -> None:
    figures = evaluated(
        "editing",
        folder,
        {
            "background blurred": "answer = blur_background(image, find(image, 'person'))",
            "background grey": "answer = color_pop(image, find(image, 'person'))",
            "blurred": "answer = blur(image, find_faces(image))",
            "removed": "answer = image",
            "covered": "answer = emoji(image, find_faces(image), 'robot')",
        },
    )
    means = {kind: one["mean"] for kind, one in figures["systems"]["viscript"].items()}
    assert means == {"all": 0.8, **dict.fromkeys(EFFECTS, 1), "removed": 0}
    assert figures["measures"]["rest untouched"] == 1
    assert figures["measures"]["right region changed"] == 0.8
    assert figures["measures"]["effect as asked"] == 0.8
    assert figures["systems"]["emptied tools"]["all"]["mean"] == 0


@pytest.fixture(scope="module")
def tools() -> Toolbox:
    return Toolbox.load()


def question_of(folder: Path, effect: str) -> Question:
    return next(one for one in read(folder) if one.kind == effect)


def test_the_wrong_region_is_noticed(folder: Path, astronaut: Image, tools: Toolbox) -> None:
    wrong = tools.call("color_pop", astronaut, [tools.call("half", astronaut, "right")])
    checks = details(question_of(folder, "background grey"), Given(value=wrong))
    assert checks["changed"]
    assert not checks["untouched"]


def test_another_effect_is_noticed(folder: Path, astronaut: Image, tools: Toolbox) -> None:
    grey = tools.call("color_pop", astronaut, tools.call("find", astronaut, "person"))
    checks = details(question_of(folder, "background blurred"), Given(value=grey))
    assert (checks["changed"], checks["untouched"], checks["effect"]) == (True, True, False)


def test_a_removed_object_is_no_longer_seen(tmp_path: Path, cat: Image, tools: Toolbox) -> None:
    cat.save(tmp_path / "cat.png")
    (found,) = tools.call("find", cat, "cat")
    truth = {"names": ["cat"], "boxes": [found.box.xyxy]}
    question = Question("1", [tmp_path / "cat.png"], "?", ["removed"], "removed", truth=truth)
    checks = details(question, Given(value=tools.call("remove", cat, [found])))
    assert checks["judge"] in ("nanodet", "centernet")
    assert (checks["changed"], checks["effect"]) == (True, True)
    checks = details(question, Given(value=cat))
    assert (checks["changed"], checks["effect"]) == (False, False)


def test_words_are_no_edit(folder: Path, cat: Image) -> None:
    question = question_of(folder, "removed")
    assert not any(details(question, Given("done", "done")).values())
    assert not any(details(question, Given(value=cat)).values())
    # Words are no edit of a picture that is gone, either.
    question.images[0].unlink()
    assert SUITE.score(question, Given("removed", "removed")) == 0


def test_the_judge_is_another_detector_where_there_is_one() -> None:
    assert judge_of(["grounding-dino"]).other
    assert not judge_of(["detector-ensemble"]).other


def test_other_effects_are_refused(tmp_path: Path) -> None:
    line: dict[str, Any] = {"image": "a", "instruction": "b", "effect": "nicer", "objects": []}
    (tmp_path / "edits.jsonl").write_text(json.dumps(line), "utf-8")
    with pytest.raises(InputError, match="line 1 is not of editing instructions: effect"):
        read(tmp_path)
