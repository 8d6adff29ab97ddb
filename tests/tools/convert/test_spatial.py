"""Convolutions, pooling, padding and resizing mean in ONNX what they mean in TensorFlow.

The references are written from TensorFlow's definitions, in NumPy, without our code.
"""

from __future__ import annotations

import math
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

Array = NDArray[np.float32]
WriteModel = Callable[..., Path]

CENTRED = Picture(mean=(128.0,))  # so that the network sees negative numbers too


def run(path: Path, pixels: NDArray[np.uint8], output: str = "y") -> Array:
    content = convert(path, {output: "result"}, CENTRED)
    session = runtime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["result"], {"image": pixels})[0])


def operations(path: Path, output: str = "y") -> list[str]:
    model = onnx.load_from_string(convert(path, {output: "result"}, CENTRED))
    return [node.op_type for node in model.graph.node]


def noise(height: int, width: int) -> tuple[NDArray[np.uint8], Array]:
    """Pixels, and what the network sees of them."""
    pixels = np.random.default_rng(3).integers(0, 256, (1, height, width, 3), np.uint8)
    return pixels, pixels.astype(np.float32) - 128


def weights(*shape: int) -> Array:
    return np.random.default_rng(5).normal(size=shape).astype(np.float32)


def padded(x: Array, window: int, stride: int, padding: str, fill: float = 0) -> Array:
    """TensorFlow's SAME: ceil(size / stride) cells, the odd row and column at the end."""
    if padding == "VALID":
        return x
    pads: list[tuple[int, int]] = [(0, 0)]
    for size in x.shape[1:3]:
        total = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
        pads.append((total // 2, total - total // 2))
    return np.pad(x, [*pads, (0, 0)], constant_values=fill)


def windows(x: Array, size: int, stride: int, dilation: int = 1) -> Array:
    """Every window over an NHWC map: (N, rows, columns, size, size, C)."""
    reach = (size - 1) * dilation + 1
    rows, columns = ((n - reach) // stride + 1 for n in x.shape[1:3])
    return np.stack(
        [
            np.stack(
                [
                    x[
                        :,
                        r * stride : r * stride + reach : dilation,
                        c * stride : c * stride + reach : dilation,
                    ]
                    for c in range(columns)
                ],
                1,
            )
            for r in range(rows)
        ],
        1,
    )


def convolved(x: Array, kernel: Array, stride: int = 1, dilation: int = 1) -> Array:
    return np.einsum("nrcijk,ijko->nrco", windows(x, kernel.shape[0], stride, dilation), kernel)


def depthwise(x: Array, kernel: Array, stride: int = 1, dilation: int = 1) -> Array:
    cut = windows(x, kernel.shape[0], stride, dilation)
    result = np.einsum("nrcijk,ijkm->nrckm", cut, kernel)
    return result.reshape(*result.shape[:3], -1)


def settings(stride: int, padding: str, **more: Any) -> dict[str, Any]:
    return {"strides": [1, stride, stride, 1], "padding": padding, **more}


@pytest.mark.parametrize("size", [(8, 8), (7, 9)])
@pytest.mark.parametrize("window", [3, 5])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_a_convolution_pads_as_tensorflow_does(
    write_model: WriteModel, size: tuple[int, int], window: int, stride: int, padding: str
) -> None:
    pixels, x = noise(*size)
    kernel = weights(window, window, 3, 5)
    path = write_model(
        [("y", "Conv2D", ["x", "k"], settings(stride, padding))], {"k": kernel}, (1, *size, 3)
    )
    expected = convolved(padded(x, window, stride, padding), kernel, stride)
    np.testing.assert_allclose(run(path, pixels), expected, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_depthwise_convolution_keeps_its_multiplied_channels_in_order(
    write_model: WriteModel, stride: int
) -> None:
    pixels, x = noise(8, 6)
    kernel = weights(3, 3, 3, 2)
    path = write_model(
        [("y", "DepthwiseConv2dNative", ["x", "k"], settings(stride, "SAME"))],
        {"k": kernel},
        (1, 8, 6, 3),
    )
    expected = depthwise(padded(x, 3, stride, "SAME"), kernel, stride)
    np.testing.assert_allclose(run(path, pixels), expected, rtol=1e-4, atol=1e-2)


ACTIVATIONS: list[tuple[str, Callable[[Array], Array]]] = [
    ("Relu", lambda v: np.maximum(v, 0)),
    ("Relu6", lambda v: np.clip(v, 0, 6)),
    ("LeakyRelu", lambda v: np.where(v > 0, v, 0.3 * v)),
]


@pytest.mark.parametrize(
    ("function", "reference"),
    ACTIVATIONS,
)
def test_a_fused_convolution_adds_its_bias_and_applies_its_activation(
    write_model: WriteModel, function: str, reference: Callable[[Array], Array]
) -> None:
    pixels, x = noise(8, 8)
    kernel, bias = weights(1, 1, 3, 4) / np.float32(64), weights(4)
    attributes = settings(1, "SAME", fused_ops=["BiasAdd", function], leakyrelu_alpha=0.3)
    path = write_model(
        [("y", "_FusedConv2D", ["x", "k", "b"], attributes)], {"k": kernel, "b": bias}
    )
    expected = reference(convolved(x, kernel) + bias)
    np.testing.assert_allclose(run(path, pixels), expected, rtol=1e-4, atol=1e-4)


def test_an_added_constant_becomes_the_bias_of_the_convolution(write_model: WriteModel) -> None:
    pixels, x = noise(8, 8)
    kernel, bias = weights(3, 3, 3, 4), weights(4) * 100
    path = write_model(
        [("c", "Conv2D", ["x", "k"], settings(1, "SAME")), ("y", "AddV2", ["c", "b"], {})],
        {"k": kernel, "b": bias},
    )
    expected = convolved(padded(x, 3, 1, "SAME"), kernel) + bias
    np.testing.assert_allclose(run(path, pixels), expected, rtol=1e-4, atol=1e-2)
    assert "Add" not in operations(path)


def test_a_bias_is_not_moved_where_the_bare_convolution_is_read_too(
    write_model: WriteModel,
) -> None:
    pixels, x = noise(8, 8)
    kernel, bias = weights(1, 1, 3, 4), weights(4) * 100
    path = write_model(
        [
            ("c", "Conv2D", ["x", "k"], settings(1, "SAME")),
            ("d", "AddV2", ["c", "b"], {}),
            ("y", "Mul", ["c", "d"], {}),
        ],
        {"k": kernel, "b": bias},
    )
    bare = convolved(x, kernel)
    np.testing.assert_allclose(run(path, pixels), bare * (bare + bias), rtol=1e-3, atol=1)


@pytest.mark.parametrize("op", ["Conv2D", "DepthwiseConv2dNative"])
@pytest.mark.parametrize(("size", "crop"), [(8, 0), (7, 1)])
def test_a_space_to_batch_pair_is_a_dilated_convolution(
    write_model: WriteModel, op: str, size: int, crop: int
) -> None:
    pixels, x = noise(size, size)
    kernel, bias = weights(3, 3, 3, 2), weights(2 if op == "Conv2D" else 6)
    path = write_model(
        [
            ("s", "SpaceToBatchND", ["x", "block", "pads"], {}),
            ("c", op, ["s", "k"], settings(1, "VALID")),
            ("d", "BiasAdd", ["c", "b"], {}),
            ("e", "Relu", ["d"], {}),
            ("y", "BatchToSpaceND", ["e", "block", "crops"], {}),
        ],
        {
            "k": kernel,
            "b": bias,
            "block": np.array([2, 2]),
            "pads": np.array([[2, 2 + crop]] * 2),  # a multiple of the block; the crop undoes it
            "crops": np.array([[0, crop]] * 2),
        },
        (1, size, size, 3),
    )
    plain = convolved if op == "Conv2D" else depthwise
    expected = np.maximum(plain(padded(x, 5, 1, "SAME"), kernel, 1, 2) + bias, 0)
    np.testing.assert_allclose(run(path, pixels), expected, rtol=1e-4, atol=1e-2)
    assert operations(path).count("Conv") == 1


def test_the_dilation_of_a_convolution_counts_in_its_padding(write_model: WriteModel) -> None:
    pixels, x = noise(9, 9)
    kernel = weights(3, 3, 3, 2)
    attributes = settings(1, "SAME", dilations=[1, 3, 3, 1])
    path = write_model([("y", "Conv2D", ["x", "k"], attributes)], {"k": kernel}, (1, 9, 9, 3))
    expected = convolved(padded(x, 7, 1, "SAME"), kernel, 1, 3)
    np.testing.assert_allclose(run(path, pixels), expected, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize("window", [1, 2, 3])
def test_a_transposed_convolution_doubles_the_map(write_model: WriteModel, window: int) -> None:
    pixels, x = noise(4, 5)
    kernel = weights(window, window, 2, 3)
    path = write_model(
        [("y", "Conv2DBackpropInput", ["size", "k", "x"], settings(2, "SAME"))],
        {"k": kernel, "size": np.array([1, 8, 10, 2])},
        (1, 4, 5, 3),
    )
    # The gradient of the convolution whose input is the result: each cell spreads over a window.
    spread = np.zeros((1, 8 + window, 10 + window, 2), np.float32)
    for row in range(4):
        for column in range(5):
            patch = np.einsum("k,ijok->ijo", x[0, row, column], kernel)
            spread[0, 2 * row : 2 * row + window, 2 * column : 2 * column + window] += patch
    before = max(window - 2, 0) // 2
    expected = spread[:, before : before + 8, before : before + 10]
    np.testing.assert_allclose(run(path, pixels), expected, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize("size", [(8, 8), (7, 9)])
def test_pooling_does_not_see_its_padding(write_model: WriteModel, size: tuple[int, int]) -> None:
    pixels, x = noise(*size)
    attributes = settings(2, "SAME", ksize=[1, 3, 3, 1])
    nodes = [("m", "MaxPool", ["x"], attributes), ("a", "AvgPool", ["x"], attributes)]
    path = write_model(nodes, {}, (1, *size, 3))
    cut = windows(padded(x, 3, 2, "SAME", np.nan), 3, 2)
    np.testing.assert_allclose(run(path, pixels, "m"), np.nanmax(cut, (3, 4)))
    np.testing.assert_allclose(
        run(path, pixels, "a"), np.nanmean(cut, (3, 4)), rtol=1e-4, atol=1e-3
    )


def test_the_mean_of_a_map_is_the_same_as_pooling_it_whole(write_model: WriteModel) -> None:
    pixels, x = noise(6, 4)
    whole = {"strides": [1, 6, 4, 1], "ksize": [1, 6, 4, 1], "padding": "VALID"}
    nodes = [
        ("a", "AvgPool", ["x"], whole),
        ("m", "Mean", ["x", "axes"], {"keep_dims": True}),
    ]
    path = write_model(nodes, {"axes": np.array([1, 2])}, (1, 6, 4, 3))
    expected = x.mean((1, 2), keepdims=True)
    np.testing.assert_allclose(run(path, pixels, "a"), expected, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(run(path, pixels, "m"), expected, rtol=1e-4, atol=1e-3)


def test_zeros_around_a_convolution_become_its_padding(write_model: WriteModel) -> None:
    pixels, x = noise(8, 8)
    kernel = weights(3, 3, 3, 4)
    path = write_model(
        [("p", "Pad", ["x", "pads"], {}), ("y", "Conv2D", ["p", "k"], settings(2, "VALID"))],
        {"k": kernel, "pads": np.array([[0, 0], [1, 0], [0, 1], [0, 0]])},
    )
    expected = convolved(np.pad(x, [(0, 0), (1, 0), (0, 1), (0, 0)]), kernel, 2)
    np.testing.assert_allclose(run(path, pixels), expected, rtol=1e-4, atol=1e-2)
    assert "Pad" not in operations(path)


@pytest.mark.parametrize(("fill", "merged"), [(-np.inf, True), (7.0, False), (0.0, False)])
def test_only_minus_infinity_around_a_maximum_becomes_its_padding(
    write_model: WriteModel, fill: float, merged: bool
) -> None:
    pixels, x = noise(8, 8)
    pool = settings(2, "VALID", ksize=[1, 3, 3, 1])
    pads = [(0, 0), (1, 1), (1, 1), (0, 0)]
    path = write_model(
        [("p", "PadV2", ["x", "pads", "fill"], {}), ("y", "MaxPool", ["p"], pool)],
        {"pads": np.array(pads), "fill": np.array(fill, np.float32)},
    )
    expected = windows(np.pad(x, pads, constant_values=fill), 3, 2).max((3, 4))
    np.testing.assert_array_equal(run(path, pixels), expected)
    assert ("Pad" not in operations(path)) == merged


@pytest.mark.parametrize("target", [(16, 12), (4, 3), (5, 9), (8, 11)])
@pytest.mark.parametrize("grid", ["half_pixel_centers", "align_corners", "neither"])
def test_resizing_keeps_tensorflows_grid(
    write_model: WriteModel, target: tuple[int, int], grid: str
) -> None:
    pixels, x = noise(8, 6)
    path = write_model(
        [("y", "ResizeBilinear", ["x", "size"], {grid: True})],
        {"size": np.array(target)},
        (1, 8, 6, 3),
    )
    expected = x
    for axis, (old, new) in enumerate(zip((8, 6), target, strict=True), 1):
        places = np.arange(new, dtype=np.float64)
        match grid:
            case "half_pixel_centers":
                places = (places + 0.5) * old / new - 0.5
            case "align_corners":
                places = places * (old - 1) / (new - 1)
            case _:
                places = places * old / new
        places = np.clip(places, 0, old - 1)
        low = np.floor(places).astype(int)
        high, share = np.minimum(low + 1, old - 1), places - low
        share = share.reshape([-1 if i == axis else 1 for i in range(4)])
        expected = expected.take(low, axis) * (1 - share) + expected.take(high, axis) * share
    np.testing.assert_allclose(run(path, pixels), expected, rtol=1e-4, atol=1e-2)


def test_a_scale_that_float32_rounds_down_still_gives_the_size(write_model: WriteModel) -> None:
    pixels, _ = noise(7, 7)
    nodes = [("y", "ResizeBilinear", ["x", "size"], {"half_pixel_centers": True})]
    path = write_model(nodes, {"size": np.array([31, 62])}, (1, 7, 7, 3))
    assert run(path, pixels).shape == (1, 31, 62, 3)
