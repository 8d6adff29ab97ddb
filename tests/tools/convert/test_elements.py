"""Operations on elements, shapes and indices mean in ONNX what they mean in TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from viscript.tools.convert.sources import Picture
from viscript.tools.convert.translate import convert

runtime: Any = import_module("onnxruntime")

Array = NDArray[Any]
Spec = tuple[str, str, list[str], dict[str, Any]]
WriteModel = Callable[..., Path]

PIXELS = np.random.default_rng(11).integers(0, 256, (1, 4, 5, 3), np.uint8)
X = (PIXELS.astype(np.float32) - 128) / 16

# A convolution by the unit matrix: what it gives lies as NCHW, as in the middle of a network.
UNIT = np.eye(3, dtype=np.float32).reshape(1, 1, 3, 3)
INNER: Spec = ("c", "Conv2D", ["x", "unit"], {"strides": [1, 1, 1, 1], "padding": "VALID"})


@pytest.fixture
def check(write_model: WriteModel) -> Callable[[list[Spec], dict[str, Array], Array], None]:
    """Compare the node `y` with what it should be, on the map `c`, which equals `X`."""

    def compare(nodes: list[Spec], constants: dict[str, Array], expected: Array) -> None:
        path = write_model([INNER, *nodes], {"unit": UNIT, **constants}, (1, 4, 5, 3))
        content = convert(
            path, {"y": "result"}, Picture(mean=(128.0,), scale=(1 / 16,), batched=False)
        )
        session = runtime.InferenceSession(content, providers=["CPUExecutionProvider"])
        result = np.asarray(session.run(None, {"image": PIXELS})[0])
        assert result.shape == expected.shape
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-4)

    return compare


Check = Callable[[list[Spec], dict[str, Array], Array], None]


BINARY: list[tuple[str, Callable[[Array, Array], Array]]] = [
    ("AddV2", np.add),
    ("Sub", np.subtract),
    ("Mul", np.multiply),
    ("RealDiv", np.divide),
    ("SquaredDifference", lambda a, b: (a - b) ** 2),
    ("FloorDiv", lambda a, b: np.floor(a / b)),
    ("FloorMod", np.mod),
]


@pytest.mark.parametrize(
    ("op", "reference"),
    BINARY,
)
@pytest.mark.parametrize("shape", [(), (3,), (5, 1), (1, 4, 5, 3)])
@pytest.mark.parametrize("swapped", [False, True])
def test_arithmetic_with_a_constant_broadcasts_over_tensorflows_axes(
    check: Check,
    op: str,
    reference: Callable[[Array, Array], Array],
    shape: tuple[int, ...],
    swapped: bool,
) -> None:
    b = np.random.default_rng(1).uniform(1, 3, shape).astype(np.float32)
    shifted = X + 300  # so that nothing is divided by zero
    first: Spec = ("s", "AddV2", ["c", "far"], {})
    inputs = ["b", "s"] if swapped else ["s", "b"]
    expected = reference(b, shifted) if swapped else reference(shifted, b)
    check([first, ("y", op, inputs, {})], {"b": b, "far": np.array(300, np.float32)}, expected)


def test_two_maps_that_lie_differently_are_added_in_tensorflows_order(check: Check) -> None:
    nodes: list[Spec] = [
        ("r", "Reshape", ["c", "shape"], {}),  # lies as NHWC
        ("y", "AddV2", ["c", "r"], {}),
    ]
    check(nodes, {"shape": np.array([1, 4, 5, 3])}, X + X)


def test_a_computed_row_is_broadcast_against_a_map(check: Check) -> None:
    nodes: list[Spec] = [
        ("r", "Reshape", ["c", "rows"], {}),
        ("best", "ArgMax", ["r", "zero"], {}),
        ("row", "Cast", ["best"], {"DstT": "DT_FLOAT"}),
        ("y", "RealDiv", ["c", "add"], {}),
    ]
    nodes.insert(3, ("add", "AddV2", ["row", "one"], {}))
    constants = {
        "rows": np.array([20, 3]),
        "zero": np.array(0),
        "one": np.array(1, np.float32),
    }
    check(nodes, constants, X / (X.reshape(20, 3).argmax(0) + 1))


@pytest.mark.parametrize(("op", "reference"), [("FloorDiv", np.floor_divide), ("FloorMod", np.mod)])
@pytest.mark.parametrize("by", [3, -3])
def test_whole_numbers_below_zero_are_divided_downwards(
    check: Check, op: str, reference: Callable[[Array, Array], Array], by: int
) -> None:
    nodes: list[Spec] = [
        ("i", "Cast", ["c"], {"DstT": "DT_INT32"}),
        ("q", op, ["i", "by"], {}),
        ("y", "Cast", ["q"], {"DstT": "DT_FLOAT"}),
    ]
    check(nodes, {"by": np.array(by)}, reference(X.astype(int), np.array(by)).astype(np.float32))


UNARY: list[tuple[str, Callable[[Array], Array]]] = [
    ("Relu", lambda v: np.maximum(v, 0)),
    ("Relu6", lambda v: np.clip(v, 0, 6)),
    ("LeakyRelu", lambda v: np.where(v > 0, v, 0.2 * v)),
    ("Sigmoid", lambda v: 1 / (1 + np.exp(-v))),
    ("Tanh", np.tanh),
]


@pytest.mark.parametrize(
    ("op", "reference"),
    UNARY,
)
def test_activations(check: Check, op: str, reference: Callable[[Array], Array]) -> None:
    check([("y", op, ["c"], {})], {}, reference(X))


def test_several_maps_are_added_at_once(check: Check) -> None:
    check([("y", "AddN", ["c", "c", "c"], {})], {}, 3 * X)


def test_equal_gives_ones_where_two_maps_agree(check: Check) -> None:
    nodes: list[Spec] = [
        ("r", "Relu", ["c"], {}),
        ("e", "Equal", ["r", "c"], {}),
        ("y", "Cast", ["e"], {"DstT": "DT_FLOAT"}),
    ]
    check(nodes, {}, (X >= 0).astype(np.float32))


@pytest.mark.parametrize("axis", [1, 2, 3, -1])
def test_maps_are_joined_along_tensorflows_axis(check: Check, axis: int) -> None:
    nodes: list[Spec] = [
        ("r", "Relu", ["c"], {}),
        ("y", "ConcatV2", ["c", "r", "axis"], {}),
    ]
    check(nodes, {"axis": np.array(axis)}, np.concatenate([X, np.maximum(X, 0)], axis))


def test_a_split_gives_each_part_its_own_name(check: Check) -> None:
    nodes: list[Spec] = [
        ("s", "SplitV", ["c", "sizes", "axis"], {}),
        ("y", "ConcatV2", ["s:1", "s:0", "axis"], {}),
    ]
    constants = {"sizes": np.array([1, 2]), "axis": np.array(3)}
    check(nodes, constants, np.concatenate([X[..., 1:], X[..., :1]], 3))


def test_a_slice_honours_its_masks_and_steps(check: Check) -> None:
    nodes: list[Spec] = [
        ("y", "StridedSlice", ["c", "b", "e", "s"], {"begin_mask": 0b0010, "end_mask": 0b0101})
    ]
    constants = {
        "b": np.array([0, 2, 1, 0]),
        "e": np.array([9, 3, 0, -1]),
        "s": np.array([1, 2, 1, 1]),
    }
    check(nodes, constants, X[:, :3:2, 1:, 0:-1])


def test_transpose_and_reshape_follow_tensorflows_order_of_elements(check: Check) -> None:
    nodes: list[Spec] = [
        ("t", "Transpose", ["c", "order"], {}),
        ("y", "Reshape", ["t", "shape"], {}),
    ]
    constants = {"order": np.array([0, 2, 3, 1]), "shape": np.array([5, -1])}
    check(nodes, constants, X.transpose(0, 2, 3, 1).reshape(5, -1))


def test_axes_of_one_come_and_go(check: Check) -> None:
    nodes: list[Spec] = [
        ("s", "Squeeze", ["c"], {"squeeze_dims": [0]}),
        ("e", "ExpandDims", ["s", "two"], {}),
        ("u", "Unpack", ["e"], {"axis": 0, "num": 4}),
        ("y", "Pack", ["u:3", "u:0"], {"axis": 1}),
    ]
    expected = np.stack([X[0, 3][:, None], X[0, 0][:, None]], 1)
    check(nodes, {"two": np.array(2)}, expected)


def test_the_highest_are_ranked_with_their_places(check: Check) -> None:
    nodes: list[Spec] = [
        ("r", "Reshape", ["c", "flat"], {}),
        ("t", "TopKV2", ["r", "k"], {}),
        ("g", "GatherV2", ["r", "t:1", "axis"], {"batch_dims": 0}),
        ("q", "Squeeze", ["g"], {"squeeze_dims": [0, 1]}),
        ("y", "Pack", ["t", "q2"], {"axis": 0}),
    ]
    nodes.insert(4, ("q2", "ExpandDims", ["q", "axis0"], {}))
    constants = {
        "flat": np.array([1, -1]),
        "k": np.array(4),
        "axis": np.array(1),
        "axis0": np.array(0),
    }
    best = np.sort(X.reshape(1, -1))[:, ::-1][:, :4]
    check(nodes, constants, np.stack([best, best]))


def test_gathering_by_coordinates_reads_tensorflows_axes(check: Check) -> None:
    places = np.array([[0, 3, 1], [0, 0, 4]])
    nodes: list[Spec] = [("y", "GatherNd", ["c", "places"], {})]
    check(nodes, {"places": places}, np.stack([X[0, 3, 1], X[0, 0, 4]]))


def test_a_shape_that_is_computed_from_constants_is_known(check: Check) -> None:
    nodes: list[Spec] = [
        ("d", "SparseToDense", ["at", "size", "with", "fill"], {}),
        ("shape", "AddV2", ["base", "d"], {}),
        ("y", "Reshape", ["c", "shape"], {}),
    ]
    constants = {
        "at": np.array([[0]]),
        "size": np.array([2]),
        "with": np.array([3]),
        "fill": np.array(0),
        "base": np.array([1, -1]),
    }
    check(nodes, constants, X.reshape(4, -1))


def test_a_graph_that_is_nchw_itself_needs_no_transposition_but_the_pictures(
    write_model: WriteModel,
) -> None:
    """onnx-tf wraps each convolution in two: all of them cancel."""
    nodes: list[Spec] = [
        ("t", "Transpose", ["x", "last"], {}),
        ("c", "Conv2D", ["t", "unit"], {"strides": [1, 1, 1, 1], "padding": "VALID"}),
        ("u", "Transpose", ["c", "first"], {}),
        ("r", "LeakyRelu", ["u"], {"alpha": 0.1}),
        ("v", "Transpose", ["r", "last"], {}),
        ("d", "Conv2D", ["v", "unit"], {"strides": [1, 1, 1, 1], "padding": "VALID"}),
        ("y", "Transpose", ["d", "first"], {}),
    ]
    orders = {"last": np.array([0, 2, 3, 1]), "first": np.array([0, 3, 1, 2])}
    path = write_model(nodes, {"unit": UNIT, **orders}, (1, 3, 4, 5))
    content = convert(
        path, {"y": "result"}, Picture(mean=(128.0,), scale=(1 / 16,), channels_first=True)
    )
    session = runtime.InferenceSession(content, providers=["CPUExecutionProvider"])
    result = np.asarray(session.run(None, {"image": PIXELS})[0])
    expected = np.where(X > 0, X, 0.1 * X).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(result, expected, rtol=1e-5)
    operations = [node.op_type for node in onnx.load_from_string(content).graph.node]
    assert operations.count("Transpose") == 1
