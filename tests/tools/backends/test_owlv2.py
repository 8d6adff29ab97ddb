from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Image, ModelError
from viscript.tools.backends import BackendSpec, onnx_detector, owlv2
from viscript.tools.backends.open_vocabulary import Question
from viscript.tools.backends.owlv2_head import OwlModel, fitted
from viscript.tools.hosting.model import Placement

from . import tiny_detectors
from .profiles import toolbox, turned_photo

EVERYTHING: dict[str, float] = {"threshold": 0.0, "overlap": 1.0}
CPU = Placement("cpu", "float32")


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_detectors.owlv2(tmp_path_factory.mktemp("owlv2"))


@pytest.fixture(scope="session")
def exported(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exported") / "detector"
    files = owlv2.export(BackendSpec("owlv2", str(checkpoint)), out)
    assert sorted(out.iterdir()) == sorted(files)
    return out


@pytest.fixture(params=["torch", "onnx"])
def model(request: pytest.FixtureRequest, checkpoint: Path) -> OwlModel:
    if request.param == "torch":
        return owlv2.model(BackendSpec("owlv2", str(checkpoint)), CPU)
    folder: Path = request.getfixturevalue("exported")
    return onnx_detector.model(BackendSpec("onnx-detector", str(folder)), CPU)


def test_boxes_are_transformers_own_in_pixels_of_the_upright_picture(
    checkpoint: Path, tmp_path: Path, coffee: Image
) -> None:
    path, upright = turned_photo(coffee, tmp_path)
    found = toolbox(tmp_path, "find", "owlv2", checkpoint, EVERYTHING).find(path, "the dog, a cat")
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    processor: Any = hf.AutoProcessor.from_pretrained(checkpoint)
    network: Any = hf.Owlv2ForObjectDetection.from_pretrained(checkpoint).eval()
    texts = [["a photo of a dog", "a photo of a cat"]]
    tokens = processor.tokenizer(texts[0], padding="max_length", max_length=32, return_tensors="pt")
    pixels = processor.image_processor(images=[upright], return_tensors="pt")["pixel_values"]
    with torch.no_grad():
        outputs = network(pixel_values=pixels, **tokens)
    (expected,) = processor.post_process_grounded_object_detection(
        outputs, threshold=0.0, target_sizes=[(400, 600)], text_labels=[["dog", "cat"]]
    )
    boxes = expected["boxes"].numpy()
    inside = (boxes[:, 0] < 600) & (boxes[:, 1] < 400) & (boxes[:, 2] > 0) & (boxes[:, 3] > 0)
    order = [i for i in np.argsort(-expected["scores"].numpy(), kind="stable") if inside[i]]
    assert len(found) == len(order) > 10
    limits = [600, 400, 600, 400]
    np.testing.assert_allclose(
        [one.box.xyxy for one in found], np.clip(boxes[order], 0, limits), atol=0.01
    )
    np.testing.assert_allclose(
        [one.score for one in found], expected["scores"].numpy()[order], atol=1e-5
    )
    assert [one.label for one in found] == [expected["text_labels"][i] for i in order]
    assert {one.label for one in found} == {"dog", "cat"}
    assert found[0].image.size == (600, 400)


def test_torch_and_onnx_find_the_same(
    checkpoint: Path, exported: Path, tmp_path: Path, coffee: Image, cat: Image
) -> None:
    path, _ = turned_photo(coffee, tmp_path)
    for picture in (path, cat.pixels, coffee.pixels[:30, :20]):
        mine, theirs = (
            toolbox(tmp_path, "find", backend, folder, EVERYTHING).find(picture, "dog, red car")
            for backend, folder in (("owlv2", checkpoint), ("onnx-detector", exported))
        )
        assert len(mine) == len(theirs) > 0
        np.testing.assert_allclose(
            [one.box.xyxy for one in theirs], [one.box.xyxy for one in mine], atol=0.1
        )
        np.testing.assert_allclose(
            [one.score for one in theirs], [one.score for one in mine], atol=1e-4
        )
        assert [one.label for one in theirs] == [one.label for one in mine]


def test_the_exported_detector_runs_without_torch_and_transformers(
    exported: Path, tmp_path: Path, cat: Image
) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\n"
        "sys.modules['torch'] = sys.modules['transformers'] = None\n"
        "from viscript import Toolbox\n"
        "print(len(Toolbox.load(sys.argv[1], cache=None).find(sys.argv[2], 'dog')))\n",
        "utf-8",
    )
    toolbox(tmp_path, "find", "onnx-detector", exported, EVERYTHING)
    picture = cat.save(tmp_path / "cat.png")
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path / "tiny.toml"), str(picture)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


def test_a_picture_is_fitted_as_transformers_fits_it(checkpoint: Path, coffee: Image) -> None:
    hf: Any = import_module("transformers")
    images: Any = hf.AutoProcessor.from_pretrained(checkpoint).image_processor
    for picture in (coffee, Image.from_array(coffee.pixels[:20, :31])):
        seen = images(images=[picture.to_pil()], do_normalize=False, return_tensors="pt")
        expected = seen["pixel_values"][0].permute(1, 2, 0).numpy()
        np.testing.assert_allclose(fitted(picture.pixels, 48), expected, atol=2e-3)


def test_a_batch_of_different_pictures_and_queries_equals_one_by_one(
    model: OwlModel, cat: Image, coffee: Image
) -> None:
    questions = [
        Question(cat, ("dog",)),
        Question(coffee, ("a cup of coffee", "red car")),
        Question(cat, ("red car", "dog", "cat")),
    ]
    for question, found in zip(questions, model.run(questions), strict=True):
        model.encodings.clear()
        (alone,) = model.run([question])
        np.testing.assert_allclose(found.boxes, alone.boxes, atol=0.01)
        np.testing.assert_allclose(found.scores, alone.scores, atol=1e-5)
        assert found.classes.tolist() == alone.classes.tolist()


def test_a_picture_and_a_phrase_are_encoded_once(model: OwlModel, cat: Image) -> None:
    first = model.run([Question(cat, ("dog",))])[0]
    assert len(model.encodings) == 2
    second = model.run([Question(cat, ("dog", "cup")), Question(cat, ("dog",))])[1]
    assert len(model.encodings) == 3
    assert np.array_equal(first.boxes, second.boxes)


def test_a_phrase_longer_than_the_network_reads_is_cut(model: OwlModel, cat: Image) -> None:
    found = model.run([Question(cat, ("a very long phrase " * 9,))])[0]
    assert len(found) > 0


@pytest.mark.parametrize("shape", [(1, 1), (2, 700), (700, 2)])
def test_tiny_and_slender_pictures_work(model: OwlModel, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    found = model.run([Question(Image.from_array(noise), ("dog",))])[0]
    assert np.all(found.boxes >= 0)
    assert np.all(found.boxes <= [shape[1], shape[0], shape[1], shape[0]])


def test_a_wrong_checkpoint_is_one_line(
    checkpoint: Path, exported: Path, tmp_path: Path, cat: Image
) -> None:
    other = tiny_detectors.grounding_dino(tmp_path / "other")
    with pytest.raises(ModelError, match=r"architecture grounding-dino; .* loads owlv2"):
        toolbox(tmp_path, "find", "owlv2", other).find(cat, "dog")
    with pytest.raises(ModelError, match=r"no exported detector.*models export --onnx"):
        toolbox(tmp_path, "find", "onnx-detector", checkpoint).find(cat, "dog")
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in exported.iterdir():
        content = path.read_bytes()
        (broken / path.name).write_bytes(content[:99] if path.suffix == ".onnx" else content)
    with pytest.raises(ModelError, match=r"vision\.onnx can't be loaded"):
        toolbox(tmp_path, "find", "onnx-detector", broken).find(cat, "dog")
