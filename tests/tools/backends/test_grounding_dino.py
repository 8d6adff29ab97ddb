from __future__ import annotations

import json
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Image, InputError, ModelError, ToolError
from viscript.tools.backends import BackendSpec
from viscript.tools.backends.checkpoint_source import CheckpointSource
from viscript.tools.backends.detections import Detections
from viscript.tools.backends.grounding_dino import detector
from viscript.tools.backends.open_vocabulary import Question
from viscript.tools.hosting.model import Placement

from . import tiny_detectors
from .profiles import toolbox, turned_photo

EVERYTHING: dict[str, float] = {"threshold": 0.0, "overlap": 1.0}


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_detectors.grounding_dino(tmp_path_factory.mktemp("grounding-dino"))


@pytest.fixture(scope="session")
def mm_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_detectors.grounding_dino(tmp_path_factory.mktemp("mm"), mm=True)


@pytest.mark.parametrize("kind", ["checkpoint", "mm_checkpoint"])
def test_boxes_are_transformers_own_in_pixels_of_the_upright_picture(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path, coffee: Image
) -> None:
    folder: Path = request.getfixturevalue(kind)
    path, upright = turned_photo(coffee, tmp_path)
    found = toolbox(tmp_path, "find", "grounding-dino", folder, EVERYTHING).find(path, "A dog")

    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")

    processor: Any = hf.AutoProcessor.from_pretrained(folder)
    network: Any = hf.AutoModelForZeroShotObjectDetection.from_pretrained(folder).eval()
    inputs = processor(images=upright, text="a dog.", return_tensors="pt")
    with torch.no_grad():
        outputs = network(**inputs)
    (reference,) = processor.post_process_grounded_object_detection(
        outputs, inputs["input_ids"], threshold=0.0, target_sizes=[(400, 600)]
    )
    # The score is that of the words "a" and "dog", not of the tokens around them.
    scores = outputs.logits[0, :, 1:3].sigmoid().max(dim=1).values
    order = scores.argsort(descending=True, stable=True)
    limits = torch.tensor([600.0, 400.0, 600.0, 400.0])
    expected = torch.minimum(reference["boxes"].clamp(min=0), limits)[order]
    assert len(found) == 20
    assert {one.label for one in found} == {"dog"}
    assert found[0].image.size == (600, 400)
    boxes = np.array([one.box.xyxy for one in found])
    np.testing.assert_allclose(boxes, expected.numpy(), atol=0.01)
    np.testing.assert_allclose([one.score for one in found], scores[order].numpy(), atol=1e-5)
    assert np.ptp(boxes[:, 0]) > 50  # the weights are random, but not without effect
    assert np.ptp(boxes[:, 1]) > 50


def test_labels_are_the_parts_of_the_query(checkpoint: Path, tmp_path: Path, cat: Image) -> None:
    tools = toolbox(tmp_path, "find", "grounding-dino", checkpoint, EVERYTHING)
    found = tools.find(cat, "the red car, Traffic  Light; a dog.")
    assert len({one.label for one in found}) > 1
    assert {one.label for one in found} <= {"red car", "traffic light", "dog"}


def test_a_threshold_and_an_overlap_thin_out_what_is_found(
    checkpoint: Path, tmp_path: Path, cat: Image
) -> None:
    everything = toolbox(tmp_path, "find", "grounding-dino", checkpoint, EVERYTHING)
    scores = [one.score for one in everything.find(cat, "dog")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    middle = scores[len(scores) // 2]
    some = toolbox(
        tmp_path, "find", "grounding-dino", checkpoint, {**EVERYTHING, "threshold": middle}
    )
    assert 0 < len(some.find(cat, "dog")) < len(scores)
    apart = toolbox(tmp_path, "find", "grounding-dino", checkpoint, {**EVERYTHING, "overlap": 0})
    assert 0 < len(apart.find(cat, "dog")) < len(scores)


def test_a_batch_of_different_pictures_and_queries_equals_one_by_one(
    checkpoint: Path, cat: Image, coffee: Image, astronaut: Image
) -> None:
    source = CheckpointSource(BackendSpec("grounding-dino", str(checkpoint)), detector)
    model = source.load(Placement("cpu", "float32"))
    questions = [
        Question(cat, ("dog",)),
        Question(coffee, ("a cup of coffee", "red car")),
        Question(cat, ("a long traffic light", "cat")),
        Question(astronaut, ("person",)),
        Question(Image.from_array(cat.pixels[:, ::-1]), ("dog",)),
    ]
    together = model.run(questions)
    for question, found in zip(questions, together, strict=True):
        (alone,) = model.run([question])
        _assert_alike(found, alone)


def test_a_shorter_floating_point_type_finds_nearly_the_same(checkpoint: Path, cat: Image) -> None:
    spec = BackendSpec("grounding-dino", str(checkpoint))
    exact, short = (
        detector(spec, Placement("cpu", dtype)).run([Question(cat, ("dog",))])[0]
        for dtype in ("float32", "bfloat16")
    )
    np.testing.assert_allclose(short.scores[:3], exact.scores[:3], atol=0.05)
    np.testing.assert_allclose(short.boxes[0], exact.boxes[0], atol=9)


def test_a_long_vocabulary_is_asked_in_several_captions(
    checkpoint: Path, tmp_path: Path, cat: Image
) -> None:
    # A letter is a token of the tiny tokenizer: 200 names of 4 letters are some 1,000 tokens.
    names = [f"{a}{b}zz" for a in "bcdefghijk" for b in "abcdefghijklmnopqrst"]
    options = {**EVERYTHING, "vocabulary": ", ".join(names)}
    tools = toolbox(tmp_path, "list_objects", "grounding-dino", checkpoint, options)
    found = tools.list_objects(cat)
    assert len(found) % 20 == 0
    assert len(found) >= 20 * 4
    assert {one.label for one in found} <= set(names)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_without_a_vocabulary_the_things_of_coco_are_listed(
    checkpoint: Path, tmp_path: Path, cat: Image
) -> None:
    from viscript.tools.backends.coco import THINGS

    tools = toolbox(tmp_path, "list_objects", "grounding-dino", checkpoint, EVERYTHING)
    assert {one.label for one in tools.list_objects(cat)} <= set(THINGS)


def test_two_processes_would_find_the_same(checkpoint: Path, tmp_path: Path, cat: Image) -> None:
    first, second = (
        toolbox(tmp_path, "find", "grounding-dino", checkpoint, EVERYTHING).find(cat, "dog")
        for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (500, 3)])
def test_tiny_and_slender_pictures_work(
    checkpoint: Path, tmp_path: Path, shape: tuple[int, int]
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    tools = toolbox(tmp_path, "find", "grounding-dino", checkpoint, EVERYTHING)
    for region in tools.find(Image.from_array(noise), "dog"):
        assert region.box == region.box.clipped((shape[1], shape[0]))


@pytest.mark.parametrize(
    ("query", "said"),
    [("", "names nothing"), (" .,! ", "names nothing"), ("a" * 201, "at most 200")],
)
def test_a_query_without_a_thing_is_refused(
    checkpoint: Path, tmp_path: Path, cat: Image, query: str, said: str
) -> None:
    with pytest.raises(ToolError, match=said):
        toolbox(tmp_path, "find", "grounding-dino", checkpoint).find(cat, query)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"threshhold": 0.5}, "has no option 'threshhold' .did you mean threshold"),
        ({"threshold": 2}, "option threshold .* is 2"),
        ({"overlap": -1}, "option overlap .* is -1"),
        ({"vocabulary": " , "}, "vocabulary .* has 0 names"),
    ],
)
def test_a_wrong_option_is_one_line(
    checkpoint: Path, tmp_path: Path, cat: Image, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        toolbox(tmp_path, "find", "grounding-dino", checkpoint, options).find(cat, "dog")


def test_a_wrong_checkpoint_is_one_line_that_says_what_is_wrong(
    checkpoint: Path, tmp_path: Path, cat: Image
) -> None:
    def failure(folder: Path | str) -> str:
        with pytest.raises((ModelError, InputError)) as caught:
            toolbox(tmp_path, "find", "grounding-dino", folder).find(cat, "dog")
        assert caught.value.hint
        return str(caught.value)

    assert "needs a checkpoint" in failure("")
    assert "there is no folder" in failure(tmp_path / "nowhere")
    other = shutil.copytree(checkpoint, tmp_path / "other")
    config = json.loads((other / "config.json").read_text("utf-8"))
    (other / "config.json").write_text(json.dumps({**config, "model_type": "sam"}), "utf-8")
    assert "architecture sam; the backend grounding-dino loads grounding-dino or" in failure(other)
    cut = shutil.copytree(checkpoint, tmp_path / "cut")
    weights = (cut / "model.safetensors").read_bytes()
    (cut / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    assert "can't be read" in failure(cut)
    (cut / "model.safetensors").unlink()
    assert "has no weights" in failure(cut)


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    checkpoint: Path, tmp_path: Path, cat: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ModelError, match=r"pip install 'viscript\[hub\]'"):
        toolbox(tmp_path, "find", "grounding-dino", checkpoint).find(cat, "dog")


def _assert_alike(found: Detections, other: Detections) -> None:
    np.testing.assert_allclose(found.boxes, other.boxes, atol=0.02)
    np.testing.assert_allclose(found.scores, other.scores, atol=1e-5)
    assert found.classes.tolist() == other.classes.tolist()
