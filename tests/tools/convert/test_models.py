"""The models in tools/models are the ones that ORIGINS.md describes, and they see.

Their outputs are read here as ORIGINS.md says, without the backends.
"""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from PIL import Image as Pictures
from viscript.tools.convert.parity import normalised
from viscript.tools.convert.sources import INTEGRITY, PACKAGE, SOURCES, VERSION
from viscript.tools.values import Image

runtime: Any = import_module("onnxruntime")

FOLDER = Path(__file__).parents[3] / "tools" / "models"
SHIPPED = [name for name, source in SOURCES.items() if source.shipped]
OUTPUTS: dict[str, dict[str, list[int | str]]] = {
    "nanodet": {
        "scores_8": ["N", 2704, 80],
        "scores_16": ["N", 676, 80],
        "scores_32": ["N", 169, 80],
        "bins_8": ["N", 2704, 44],
        "bins_16": ["N", 676, 44],
        "bins_32": ["N", 169, 44],
    },
    "blazeface-back": {
        "scores_16": ["N", 512, 1],
        "scores_32": ["N", 384, 1],
        "boxes_16": ["N", 512, 16],
        "boxes_32": ["N", 384, 16],
    },
    "selfie": {"person": ["N", 256, 256, 1]},
    "movenet-lightning": {"keypoints": [1, 1, 17, 3]},
}
INPUTS: dict[str, list[int | str]] = {
    "nanodet": ["N", 416, 416, 3],
    "blazeface-back": ["N", 256, 256, 3],
    "selfie": ["N", 256, 256, 3],
    "movenet-lightning": [1, 192, 192, 3],
}

Outputs = dict[str, NDArray[np.float32]]


def session(name: str) -> Any:
    return runtime.InferenceSession(
        str(FOLDER / f"{name}.onnx"), providers=["CPUExecutionProvider"]
    )


def run(name: str, *pictures: NDArray[np.uint8]) -> Outputs:
    model = session(name)
    size = model.get_inputs()[0].shape[2], model.get_inputs()[0].shape[1]
    batch = [np.asarray(Pictures.fromarray(picture).resize(size)) for picture in pictures]
    titles = list(SOURCES[name].outputs.values())
    return dict(zip(titles, model.run(titles, {"image": np.stack(batch)}), strict=True))


def best_box(outputs: Outputs, label: int) -> tuple[float, list[float]]:
    """The highest score of nanodet for a class, and its box as fractions of the picture."""
    found: list[tuple[float, list[float]]] = []
    for stride in (8, 16, 32):
        scores = outputs[f"scores_{stride}"][0, :, label]
        cell, columns = int(scores.argmax()), 416 // stride
        shares = np.exp(outputs[f"bins_{stride}"][0, cell].reshape(4, 11))
        sides = (shares / shares.sum(1, keepdims=True)) @ np.arange(11) * stride
        x, y = (cell % columns + 0.5) * stride, (cell // columns + 0.5) * stride
        box = [x - sides[0], y - sides[1], x + sides[2], y + sides[3]]
        found.append((float(scores[cell]), [float(edge) / 416 for edge in box]))
    return max(found)


def test_each_file_has_the_digest_that_the_manifest_and_origins_state() -> None:
    origins = (FOLDER / "ORIGINS.md").read_text()
    lines = (FOLDER / "SHA256SUMS.txt").read_text().splitlines()
    digests = {file: digest for digest, file in (line.split("  ") for line in lines)}
    assert sorted(digests) == sorted(f"{name}.onnx" for name in SHIPPED)
    for file, digest in digests.items():
        assert hashlib.sha256((FOLDER / file).read_bytes()).hexdigest() == digest
        assert digest in origins


def test_only_models_whose_authors_state_a_licence_are_shipped() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.onnx")) == sorted(SHIPPED)
    assert {SOURCES[name].licence for name in SHIPPED} == {"Apache-2.0"}
    assert "centernet" not in SHIPPED
    for text in ("LICENSE-APACHE-2.0.txt", "LICENSE-MIT.txt"):
        assert (FOLDER / text).stat().st_size > 1000


def test_origins_names_the_package_and_the_authors() -> None:
    origins = (FOLDER / "ORIGINS.md").read_text()
    assert f"{PACKAGE}` {VERSION}" in origins
    assert INTEGRITY in origins
    for source in SOURCES.values():
        assert source.authors in origins
        assert source.origin in origins


@pytest.mark.parametrize("name", SHIPPED)
def test_a_model_takes_and_gives_what_origins_says(name: str) -> None:
    model = session(name)
    (source,) = model.get_inputs()
    assert (source.name, source.type, source.shape) == ("image", "tensor(uint8)", INPUTS[name])
    assert {output.name: output.shape for output in model.get_outputs()} == OUTPUTS[name]
    origins = (FOLDER / "ORIGINS.md").read_text()
    for output in OUTPUTS[name]:
        assert f"`{output}`" in origins or f"`{output.rpartition('_')[0]}_s`" in origins


@pytest.mark.parametrize("name", SHIPPED)
def test_weights_take_two_bytes_each(name: str) -> None:
    model = onnx.load_from_string((FOLDER / f"{name}.onnx").read_bytes())
    types = [t.data_type for t in model.graph.initializer if len(t.raw_data) > 1024]
    assert types
    assert set(types) == {onnx.TensorProto.FLOAT16}


@pytest.mark.parametrize("name", ["nanodet", "blazeface-back", "selfie"])
def test_a_batch_gives_what_each_picture_gives_alone(
    name: str, astronaut: Image, cat: Image
) -> None:
    together = run(name, astronaut.pixels, cat.pixels)
    for position, picture in enumerate((astronaut, cat)):
        for title, array in run(name, picture.pixels).items():
            np.testing.assert_allclose(together[title][position], array[0], atol=2e-3)


@pytest.mark.parametrize("name", ["nanodet", "blazeface-back", "selfie"])
def test_a_file_normalises_its_picture_as_the_table_says(name: str, coffee: Image) -> None:
    model = onnx.load_from_string((FOLDER / f"{name}.onnx").read_bytes())
    first = next(node.input[0] for node in model.graph.node if node.op_type == "Conv")
    model.graph.output.add().name = first
    height, width = (int(size) for size in INPUTS[name][1:3])
    pixels = np.asarray(Pictures.fromarray(coffee.pixels).resize((width, height)))
    part = runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    seen = part.run([first], {"image": pixels[None]})[0]
    expected = normalised(pixels, SOURCES[name].picture)
    if not SOURCES[name].picture.channels_first:
        expected = expected.transpose(0, 3, 1, 2)
    np.testing.assert_allclose(seen, expected, rtol=1e-5, atol=1e-5)


def test_nanodet_finds_a_person_a_cup_and_a_cat(
    astronaut: Image, coffee: Image, cat: Image
) -> None:
    score, (left, top, right, bottom) = best_box(run("nanodet", astronaut.pixels), 0)
    assert score > 0.6
    assert left < 0.1
    assert top < 0.1
    assert 0.6 < right < 0.8
    assert bottom > 0.9
    score, (left, top, right, bottom) = best_box(run("nanodet", coffee.pixels), 41)
    assert score > 0.4
    assert 0.2 < left < right < 0.8
    assert best_box(run("nanodet", cat.pixels), 15)[0] > 0.4


def test_nanodets_boxes_mirror_with_the_picture(astronaut: Image) -> None:
    """Cells have their centre at + 0.5: without it, mirrored boxes lie a stride apart."""
    _, box = best_box(run("nanodet", astronaut.pixels), 0)
    _, mirrored = best_box(run("nanodet", np.ascontiguousarray(astronaut.pixels[:, ::-1])), 0)
    assert box[0] == pytest.approx(1 - mirrored[2], abs=0.03)
    assert box[2] == pytest.approx(1 - mirrored[0], abs=0.03)


def test_blazeface_finds_the_astronauts_face_and_its_points(astronaut: Image) -> None:
    outputs = run("blazeface-back", astronaut.pixels)
    logits = np.concatenate([outputs["scores_16"], outputs["scores_32"]], 1)[0, :, 0]
    anchor = int(logits.argmax())
    assert 1 / (1 + np.exp(-logits[anchor])) > 0.8
    assert anchor < 512  # a face of this size belongs to the finer map
    points = outputs["boxes_16"][0, anchor].reshape(8, 2).astype(float)
    centre = np.array([(anchor // 2 % 16 + 0.5) * 16, (anchor // 2 // 16 + 0.5) * 16])
    face = points[0] + centre
    right_eye, left_eye, nose, mouth, right_ear, left_ear = points[2:] + centre
    assert face == pytest.approx([112, 63], abs=6)  # of 256
    assert points[1] == pytest.approx([53, 53], abs=8)
    # She faces the camera, so that her right side is on the picture's left.
    assert right_ear[0] < right_eye[0] < nose[0] < left_eye[0] < left_ear[0]
    assert right_eye[1] < nose[1] < mouth[1]


def test_selfie_separates_the_astronaut_from_the_flag_and_the_shuttle(astronaut: Image) -> None:
    mask = run("selfie", astronaut.pixels)["person"][0, :, :, 0]
    assert mask.min() >= 0
    assert mask.max() <= 1
    assert mask[50:80, 100:125].mean() > 0.9  # her face
    assert mask[:60, :40].mean() < 0.1  # the flag
    assert mask[:60, 200:].mean() < 0.1  # the shuttle


def test_movenet_finds_the_astronauts_face_and_shoulders(astronaut: Image) -> None:
    points = run("movenet-lightning", astronaut.pixels)["keypoints"][0, 0]
    nose, left_eye, right_eye, *_ = points
    left_shoulder, right_shoulder = points[5], points[6]
    assert nose[:2] == pytest.approx([0.25, 0.44], abs=0.04)  # y, x
    assert min(nose[2], left_shoulder[2], right_shoulder[2]) > 0.5
    assert right_eye[1] < nose[1] < left_eye[1]
    assert right_shoulder[1] < left_shoulder[1]
    assert left_shoulder[0] > nose[0]
