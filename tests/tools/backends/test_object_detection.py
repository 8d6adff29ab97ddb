"""Detectors with names of their own, on tiny random checkpoints."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from viscript import Toolbox
from viscript.tools.backends import BackendSpec
from viscript.tools.backends.detections import Detections
from viscript.tools.backends.object_detection import FLOOR, Detector, ObjectDetection
from viscript.tools.backends.object_finder import ObjectFinder
from viscript.tools.errors import InputError, ModelError, NotOfferedError
from viscript.tools.hosting.model import Placement
from viscript.tools.values import Image

from . import tiny_encoders
from .hub_profiles import profile

NAMES = ("person", "human face", "lung nodule", "hot dog", "dog")
PICTURE = Image.from_array(np.zeros((100, 100, 3), dtype=np.uint8))
TOOLS = ("find", "list_objects", "find_faces")
LOW = {"threshold": 0.06}


@pytest.fixture(scope="module", params=["yolos", "rt_detr"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    make = tiny_encoders.yolos if request.param == "yolos" else tiny_encoders.rt_detr
    return make(tmp_path_factory.mktemp(request.param), NAMES)


@pytest.fixture
def turned(cat: Image, tmp_path: Path) -> Path:
    """A picture of 451x300 pixels whose file lies on its side and says so (EXIF 6)."""
    path = tmp_path / "cat.png"
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    cat.to_pil().transpose(PIL.Image.Transpose.ROTATE_90).save(path, exif=exif)
    return path


def known(*names: str) -> ObjectDetection:
    """A detector that sees one of each of its names."""

    def detect(pixels: np.ndarray[Any, Any]) -> Detections:
        corners = np.arange(len(names), dtype=np.float32)[:, None] * 10
        boxes = np.concatenate([corners, corners, corners + 9, corners + 9], axis=1)
        kinds = np.arange(len(names), dtype=np.int64)
        return Detections(boxes, np.full(len(names), 0.9, dtype=np.float32), kinds)

    return ObjectDetection(ObjectFinder(detect, names), names)


def test_boxes_are_those_of_transformers_in_the_upright_picture(
    folder: Path, turned: Path, tmp_path: Path, cat: Image
) -> None:
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    written = profile(tmp_path / "p.toml", "object-detection", folder, *TOOLS, options=LOW)
    tools = Toolbox.load(written, cache=None)
    found = tools.list_objects(turned)
    model = hf.AutoModelForObjectDetection.from_pretrained(folder).eval()
    processor = hf.AutoImageProcessor.from_pretrained(folder)
    with torch.inference_mode():
        outputs = model(**processor(cat.to_pil(), return_tensors="pt"))
    (expected,) = processor.post_process_object_detection(
        outputs, threshold=0.06, target_sizes=[(cat.height, cat.width)]
    )
    assert found
    for region in found:
        left, top, right, bottom = region.box.xyxy
        assert 0 <= left <= right <= 451
        assert 0 <= top <= bottom <= 300
        same = [
            (box, label)
            for box, label, score in zip(
                expected["boxes"], expected["labels"], expected["scores"], strict=True
            )
            if abs(float(score) - region.score) < 1e-4
        ]
        edges = np.array([451, 300, 451, 300])
        assert any(
            NAMES[int(label)] == region.label
            and np.allclose(np.clip(box.numpy(), 0, edges), region.box.xyxy, atol=0.1)
            for box, label in same
        )
    assert tools.find(turned, "dogs") == [one for one in found if one.label == "dog"]
    faces = [one.but(label="face") for one in found if one.label == "human face"]
    assert tools.find_faces(turned) == faces


def test_pictures_of_different_sizes_at_once_are_as_one_by_one(
    folder: Path, cat: Image, coffee: Image
) -> None:
    spec = BackendSpec("object-detection", str(folder))
    model = Detector.of(spec, Placement("cpu", "float32"))
    pictures = [cat.pixels, coffee.pixels, cat.pixels[:200, :150], cat.pixels[::-1]]
    for pixels, together in zip(pictures, model.run(pictures), strict=True):
        (alone,) = model.run([pixels])
        assert len(alone) == len(together)
        np.testing.assert_allclose(alone.scores, together.scores, atol=1e-4)
        np.testing.assert_allclose(alone.boxes, together.boxes, atol=0.1)
        assert alone.scores.min() >= FLOOR


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("dog", ["dog"]),
        ("the dogs", ["dog"]),
        ("hot dog", ["hot dog"]),
        ("lung nodules", ["lung nodule"]),
        ("a large lung nodule", ["lung nodule"]),
        ("woman", ["person"]),
        ("Human Faces", ["human face"]),
    ],
)
def test_a_query_means_names_of_the_detector(query: str, expected: list[str]) -> None:
    assert [one.label for one in known(*NAMES).find(PICTURE, query)] == expected


def test_what_the_detector_does_not_know_is_refused() -> None:
    with pytest.raises(NotOfferedError):
        known("lung nodule").find(PICTURE, "zebra")


def test_a_single_class_without_a_name_is_a_face_where_faces_are_asked() -> None:
    (face,) = known("LABEL_0").find_faces(PICTURE)
    assert face.label == "face"


def test_a_detector_of_other_things_finds_no_faces() -> None:
    with pytest.raises(NotOfferedError, match="lung nodule"):
        known("lung nodule", "rib").find_faces(PICTURE)


def test_a_checkpoint_that_detects_nothing_is_refused(tmp_path: Path, cat: Image) -> None:
    other = tiny_encoders.clip(tmp_path / "clip")
    written = profile(tmp_path / "p.toml", "object-detection", other, "list_objects")
    with pytest.raises(ModelError, match="clip"):
        Toolbox.load(written, cache=None).list_objects(cat)


def test_a_threshold_below_what_the_model_gives_is_refused(
    folder: Path, tmp_path: Path, cat: Image
) -> None:
    options = {"threshold": 0.01}
    written = profile(tmp_path / "p.toml", "object-detection", folder, "find", options=options)
    with pytest.raises(InputError, match="threshold"):
        Toolbox.load(written, cache=None).find(cat, "dog")
