"""The ONNX model as a whole: its input, its outputs, its bytes, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from viscript.tools.convert.parity import normalised
from viscript.tools.convert.sources import Picture
from viscript.tools.convert.translate import convert
from viscript.tools.errors import ModelError

runtime: Any = import_module("onnxruntime")

WriteModel = Callable[..., Path]


def session(content: bytes) -> Any:
    return runtime.InferenceSession(content, providers=["CPUExecutionProvider"])


def pixels(count: int, height: int = 8, width: int = 8) -> Any:
    return np.random.default_rng(2).integers(0, 256, (count, height, width, 3), np.uint8)


def test_the_same_model_gives_the_same_bytes(tiny_model: Path) -> None:
    first = convert(tiny_model, {"y": "result"}, Picture(), {"b": "2", "a": "1"})
    assert convert(tiny_model, {"y": "result"}, Picture(), {"a": "1", "b": "2"}) == first


def test_the_input_is_a_batch_of_pictures_as_the_project_holds_them(tiny_model: Path) -> None:
    model = session(convert(tiny_model, {"y": "result"}, Picture()))
    (source,), (result,) = model.get_inputs(), model.get_outputs()
    assert (source.name, source.type, source.shape) == ("image", "tensor(uint8)", ["N", 8, 8, 3])
    assert (result.name, result.type, result.shape) == ("result", "tensor(float)", ["N", 4, 4, 16])


def test_a_batch_gives_what_each_picture_gives_alone(write_model: WriteModel) -> None:
    path = write_model(
        [
            ("c", "Conv2D", ["x", "k"], {"strides": [1, 2, 2, 1], "padding": "SAME"}),
            ("z", "ResizeBilinear", ["c", "size"], {"half_pixel_centers": True}),
            ("r", "Reshape", ["z", "shape"], {}),
            ("y", "Transpose", ["r", "order"], {}),
        ],
        {
            "k": np.random.default_rng(3).normal(size=(3, 3, 3, 5)),
            "size": np.array([6, 8]),
            "shape": np.array([1, -1, 5]),
            "order": np.array([0, 2, 1]),
        },
    )
    model, batch = session(convert(path, {"y": "result"}, Picture())), pixels(3)
    assert model.get_outputs()[0].shape == ["N", 5, 48]
    together = model.run(None, {"image": batch})[0]
    alone = [model.run(None, {"image": batch[i : i + 1]})[0] for i in range(3)]
    np.testing.assert_allclose(together, np.concatenate(alone), rtol=1e-4, atol=1e-3)


def test_a_graph_that_mixes_its_batch_is_refused_unless_the_batch_is_one(
    write_model: WriteModel,
) -> None:
    path = write_model([("y", "Reshape", ["x", "flat"], {})], {"flat": np.array([-1])})
    with pytest.raises(ModelError, match="batch of one"):
        convert(path, {"y": "result"}, Picture())
    assert session(convert(path, {"y": "result"}, Picture(batched=False)))


@pytest.mark.parametrize(
    "picture",
    [
        Picture(),
        Picture(mean=(127.5,), scale=(1 / 127.5,)),
        Picture(mean=(10.0, 20.0, 30.0), scale=(0.1, 0.2, 0.3)),
        Picture(mean=(10.0, 20.0, 30.0), scale=(0.1, 0.2, 0.3), bgr=True),
        Picture(scale=(0.5,), bgr=True, channels_first=True),
    ],
)
def test_the_graph_normalises_its_picture(write_model: WriteModel, picture: Picture) -> None:
    shape = (1, 3, 8, 6) if picture.channels_first else (1, 8, 6, 3)
    path = write_model([("y", "Identity", ["x"], {})], {}, shape)
    image = pixels(1, 8, 6)
    result = session(convert(path, {"y": "result"}, picture)).run(None, {"image": image})[0]
    np.testing.assert_allclose(result, normalised(image[0], picture), rtol=1e-6, atol=1e-5)


def test_normalising_is_what_the_table_says(write_model: WriteModel) -> None:
    path = write_model([("y", "Identity", ["x"], {})], {}, (1, 1, 1, 3))
    picture = Picture(mean=(1.0, 2.0, 3.0), scale=(10.0, 100.0, 1000.0), bgr=True)
    image = np.array([[[[5, 6, 7]]]], np.uint8)
    result = session(convert(path, {"y": "result"}, picture)).run(None, {"image": image})[0]
    assert result.reshape(3).tolist() == [60.0, 400.0, 2000.0]


def test_weights_are_stored_in_half_the_bytes_only_where_that_loses_nothing(
    write_model: WriteModel,
) -> None:
    exact = np.random.default_rng(1).normal(size=(1, 1, 3, 64)).astype(np.float16)
    inexact = exact.astype(np.float32)
    inexact[0, 0, 0, 0] += 1e-6
    too_large = exact.astype(np.float32)
    too_large[0, 0, 0, 0] = 1e6
    for kernel, stored in ((exact, "f2"), (inexact, "f4"), (too_large, "f4")):
        path = write_model(
            [("y", "Conv2D", ["x", "k"], {"strides": [1, 1, 1, 1], "padding": "SAME"})],
            {"k": kernel},
        )
        model = onnx.load_from_string(convert(path, {"y": "result"}, Picture()))
        arrays = [numpy_helper.to_array(tensor) for tensor in model.graph.initializer]
        (weights,) = [array for array in arrays if array.size == kernel.size]
        assert weights.dtype == np.dtype(stored)
        expected = np.asarray(kernel, np.float32).transpose(3, 2, 0, 1)
        np.testing.assert_array_equal(weights.astype(np.float32), expected)


def test_only_the_named_outputs_are_computed(write_model: WriteModel) -> None:
    path = write_model(
        [("a", "Relu", ["x"], {}), ("b", "Sigmoid", ["x"], {}), ("c", "Tanh", ["a"], {})], {}
    )
    model = onnx.load_from_string(convert(path, {"c": "last", "a": "first"}, Picture()))
    assert [output.name for output in model.graph.output] == ["last", "first"]
    assert "Sigmoid" not in [node.op_type for node in model.graph.node]


def test_two_outputs_may_be_the_same_tensor(write_model: WriteModel) -> None:
    path = write_model([("a", "Relu", ["x"], {}), ("b", "Identity", ["a"], {})], {})
    model = session(convert(path, {"a": "one", "b": "two"}, Picture(mean=(128.0,))))
    one, two = model.run(["one", "two"], {"image": pixels(1)})
    np.testing.assert_array_equal(one, two)
    assert one.any()


def test_what_is_said_of_a_models_origin_is_in_its_file(tiny_model: Path) -> None:
    content = convert(tiny_model, {"y": "result"}, Picture(), {"licence": "Apache-2.0"})
    properties = {p.key: p.value for p in onnx.load_from_string(content).metadata_props}
    assert properties == {"licence": "Apache-2.0"}


def test_an_unknown_operation_is_named_with_those_that_are_known(write_model: WriteModel) -> None:
    path = write_model([("y", "Conv3D", ["x"], {})], {})
    with pytest.raises(ModelError, match="does not know the operation 'Conv3D'") as error:
        convert(path, {"y": "result"}, Picture())
    assert "Conv2D" in error.value.hint


def test_an_unknown_output_is_refused(tiny_model: Path) -> None:
    with pytest.raises(ModelError, match="no output 'z'"):
        convert(tiny_model, {"z": "result"}, Picture())


MISFITS: list[tuple[list[Any], dict[str, Any]]] = [
    ([("y", "Relu", [], {})], {}),
    ([("y", "Reshape", ["x", "s"], {})], {"s": np.array([7])}),
    ([("y", "Reshape", ["x", "x"], {})], {}),
    ([("y", "Conv2D", ["x", "k"], {})], {"k": np.zeros((3, 3), np.float32)}),
    ([("y", "Conv2D", ["x", "k"], {"padding": "ODD"})], {"k": np.zeros((1, 1, 3, 1))}),
    ([("y", "Conv2D", ["x", "k"], {})], {"k": np.zeros((1, 1, 7, 1), np.float32)}),
    (
        [("y", "_FusedConv2D", ["x", "k"], {"fused_ops": ["Odd"]})],
        {"k": np.zeros((1, 1, 3, 1))},
    ),
    ([("y", "Add", ["x", "b"], {})], {"b": np.zeros(7, np.float32)}),
    ([("y", "StridedSlice", ["x", "b", "b", "b"], {})], {"b": np.array([0, 0, 0, 0])}),
    ([("y", "SpaceToBatchND", ["x", "b", "p"], {})], {"b": np.ones(2), "p": np.ones((2, 2))}),
    (
        [("s", "SpaceToBatchND", ["x", "b", "p"], {}), ("y", "Relu", ["s"], {})],
        {"b": np.array([2, 2]), "p": np.array([[0, 0], [0, 0]])},
    ),
    ([("y", "Cast", ["x"], {"DstT": "DT_STRING"})], {}),
    (
        [("y", "Conv2DBackpropInput", ["s", "k", "x"], {"strides": [1, 2, 2, 1]})],
        {"s": np.array([1, 99, 99, 1]), "k": np.zeros((2, 2, 1, 3), np.float32)},
    ),
    ([("y", "ConcatV2", ["x", "b", "a"], {})], {"a": np.array(1), "b": np.zeros((1, 8, 7, 3))}),
]


@pytest.mark.parametrize(
    ("nodes", "constants"),
    MISFITS,
)
def test_a_graph_that_does_not_fit_together_is_refused_in_one_line(
    write_model: WriteModel, nodes: list[Any], constants: dict[str, Any]
) -> None:
    path = write_model(nodes, constants)
    with pytest.raises(ModelError) as error:
        convert(path, {"y": "result"}, Picture())
    assert "\n" not in str(error.value)


def test_an_input_that_is_no_picture_is_refused(write_model: WriteModel) -> None:
    path = write_model([("y", "Relu", ["x"], {})], {}, (1, 40))
    with pytest.raises(ModelError, match="not a picture"):
        convert(path, {"y": "result"}, Picture())


def test_a_constant_without_weights_is_refused(tiny_model: Path) -> None:
    content = json.loads(tiny_model.read_text())
    content["weightsManifest"] = []
    tiny_model.write_text(json.dumps(content))
    with pytest.raises(ModelError, match="no weights for its constant"):
        convert(tiny_model, {"y": "result"}, Picture())
