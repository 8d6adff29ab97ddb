"""Edits by the embedded tools, checked with the boxes of what is in the picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL.Image
import PIL.ImageDraw
import pytest
from numpy.typing import NDArray
from viscript import Box, Image, InputError, Region, Toolbox
from viscript.eval.metrics.edits import area_of
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


def asked(before: Image, effect: str, name: str, box: Box, folder: Path, new: str = "") -> Question:
    """A question for one effect on one object."""
    path = folder / "asked.png"
    if not path.exists():
        before.save(path)
    truth = {"names": [name], "boxes": [box.xyxy], "new": new}
    return Question("1", [path], "?", [effect], effect, truth=truth)


def edited(before: Image, box: Box, edit: str) -> Image:
    """Edits that change a box, or all but it, into something else of the same picture."""
    inside = area_of([box], before.size)
    where = ~inside if edit.startswith("background") else inside
    soft = cv2.GaussianBlur(before.pixels, (0, 0), max(box.width, box.height) / 20)
    versions: dict[str, NDArray[Any]] = {
        "black": np.zeros_like(before.pixels),
        "white": np.full_like(before.pixels, 255),
        "mean": np.full_like(before.pixels, before.pixels[where].mean(axis=0)),
        "grey": np.repeat(before.pixels.mean(axis=2, keepdims=True), 3, axis=2),
        "inverted": 255 - before.pixels,
        "inverted grey": np.repeat(255 - before.pixels.mean(axis=2, keepdims=True), 3, axis=2),
        "blurred": soft,
        "blurred grey": np.repeat(soft.mean(axis=2, keepdims=True), 3, axis=2),
    }
    after = before.pixels.copy()
    after[where] = versions[edit.removeprefix("background ")].astype(np.uint8)[where]
    return Image.from_array(after, edit)


@pytest.fixture(scope="module")
def noise() -> Image:
    """The hardest: from afar it is plain, and nothing in it is an edge that others are not."""
    values = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    return Image.from_array(values, "noise")


NOISE_BOX = Box(60, 60, 140, 140)
BOTH = [
    *(("blurred", edit) for edit in ("black", "white", "grey", "inverted")),
    *(("covered", edit) for edit in ("grey", "inverted", "blurred", "blurred grey")),
    *(("background blurred", f"background {one}") for one in ("black", "white", "grey")),
    ("background blurred", "background inverted"),
    *(("background grey", f"background {one}") for one in ("black", "white", "blurred")),
    ("background grey", "background inverted"),
    ("background grey", "background inverted grey"),
    ("background grey", "background blurred grey"),
    *(("removed", edit) for edit in ("black", "white", "mean", "grey", "inverted", "blurred")),
]


@pytest.mark.parametrize(("effect", "edit"), BOTH)
def test_other_edits_than_the_one_asked_for_are_refused(
    effect: str, edit: str, tmp_path: Path, astronaut: Image, noise: Image
) -> None:
    for name, before, box in (("face", astronaut, Box(*FACE)), ("thing", noise, NOISE_BOX)):
        (tmp_path / name).mkdir()
        question = asked(before, effect, name, box, tmp_path / name)
        checks = details(question, Given(value=edited(before, box, edit)))
        assert (checks["changed"], checks["effect"]) == (True, False), name


CALLS: Mapping[str, tuple[str, ...]] = {
    "background blurred": ("blur_background",),
    "background grey": ("color_pop",),
    "blurred": ("blur",),
    "covered": ("emoji", "robot"),
    "removed": ("remove",),
}


@pytest.mark.parametrize(
    ("effect", "edit"),
    [
        (effect, edit)
        for effect in CALLS
        for edit in CALLS
        # What fills a hole is something else than was there, as a cover is.
        if effect != edit and (effect, edit) != ("covered", "removed")
    ],
)
def test_the_tools_of_other_effects_are_refused(
    effect: str, edit: str, tmp_path: Path, astronaut: Image, tools: Toolbox
) -> None:
    (person,) = tools.call("find", astronaut, "person")
    tool, *words = CALLS[edit]
    question = asked(astronaut, effect, "person", person.box, tmp_path)
    given = Given(value=tools.call(tool, astronaut, [person], *words))
    assert SUITE.score(question, given) == 0


@pytest.fixture(scope="module")
def drawing() -> Image:
    """Plain shapes on white: most of it neither blurs nor turns grey."""
    picture = PIL.Image.new("RGB", (500, 400), "white")
    draw = PIL.ImageDraw.Draw(picture)
    draw.ellipse((40, 60, 140, 160), fill=(220, 30, 30))
    draw.rectangle((220, 40, 330, 130), fill=(30, 80, 220))
    draw.polygon([(200, 260), (260, 170), (320, 260)], fill=(30, 160, 60))
    return Image.from_array(np.array(picture), "drawing")


CIRCLE, SQUARE = Box(40, 60, 141, 161), Box(220, 40, 331, 131)


@pytest.mark.parametrize("effect", CALLS)
def test_edits_of_drawings_pass(
    effect: str, tmp_path: Path, drawing: Image, tools: Toolbox
) -> None:
    tool, *words = CALLS[effect]
    for box in (CIRCLE, SQUARE):
        question = asked(drawing, effect, "shape", box, tmp_path)
        after = tools.call(tool, drawing, [Region(drawing, box, "shape", 1.0)], *words)
        assert SUITE.score(question, Given(value=after)) == 1


@pytest.mark.parametrize("edit", ["black", "white", "mean", "grey", "inverted"])
def test_drawings_are_refused_with_other_edits(edit: str, tmp_path: Path, drawing: Image) -> None:
    painted = edited(drawing, CIRCLE, edit)
    assert not SUITE.score(
        asked(drawing, "blurred", "circle", CIRCLE, tmp_path), Given("", painted)
    )
    question = asked(drawing, "removed", "circle", CIRCLE, tmp_path)
    # White is what is around it: nothing is left of the circle.
    assert SUITE.score(question, Given(value=painted)) == (edit == "white")


def test_paint_in_the_mean_colour_is_no_removal_where_all_around_is_texture(
    tmp_path: Path, tools: Toolbox
) -> None:
    from skimage import data

    name = "grass"
    blades: NDArray[np.uint8] = getattr(data, name)()
    grass = Image.from_array(np.repeat(blades[..., None], 3, axis=2), name)
    box = Box(150, 150, 350, 350)
    question = asked(grass, "removed", "stone", box, tmp_path)
    assert not details(question, Given(value=edited(grass, box, "mean")))["effect"]
    filled = tools.call("remove", grass, [Region(grass, box, "stone", 1.0)])
    assert details(question, Given(value=filled))["effect"]


def test_a_replaced_object_is_seen_as_the_new_one_and_not_as_the_old(
    tmp_path: Path, astronaut: Image, cat: Image, tools: Toolbox
) -> None:
    (found,) = tools.call("find", cat, "cat")
    left, top, right, bottom = found.box.to_pixels(cat.size)
    after = cat.pixels.copy()
    after[top:bottom, left:right] = cv2.resize(astronaut.pixels, (right - left, bottom - top))
    given = Given(value=Image.from_array(after, "person"))
    checks = details(asked(cat, "replaced", "cat", found.box, tmp_path, new="person"), given)
    assert (checks["changed"], checks["untouched"], checks["effect"]) == (True, True, True)
    assert checks["judge"] in ("nanodet", "centernet")
    # Something else is there, or the old thing still is.
    for old, new, answer in (
        ("cat", "dog", given),
        ("person", "person", given),
        ("cat", "person", Given(value=cat)),
    ):
        assert not details(asked(cat, "replaced", old, found.box, tmp_path, new), answer)["effect"]


@pytest.mark.parametrize(
    ("effect", "new", "message"),
    [
        ("replaced", "", "instruction 1: `new` names what replaces"),
        ("removed", "dog", "instruction 1: `new` names what replaces"),
        ("replaced", "cathedral", "can recognise 'cathedral'"),
        ("replaced", "kitten", "can't tell 'kitten' from 'cat'"),
    ],
)
def test_a_replacement_that_no_judge_could_see_is_refused(
    effect: str, new: str, message: str, tmp_path: Path
) -> None:
    line = {"image": "a.png", "instruction": "b", "effect": effect, "new": new}
    line |= {"objects": [{"name": "cat", "box": [1, 2, 3, 4]}]}
    (tmp_path / "edits.jsonl").write_text(json.dumps(line), "utf-8")
    with pytest.raises(InputError, match=message):
        read(tmp_path)


def test_a_removed_object_is_no_longer_seen(tmp_path: Path, cat: Image, tools: Toolbox) -> None:
    (found,) = tools.call("find", cat, "cat")
    question = asked(cat, "removed", "cat", found.box, tmp_path)
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
