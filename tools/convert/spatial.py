"""TensorFlow operations on feature maps (convolution, pooling, padding, resizing), as ONNX.

All of them take and return NHWC in TensorFlow's terms, stored as NCHW. "SAME" padding follows
TensorFlow: the output has `ceil(size / stride)` cells, and where the padding is odd the extra row
or column lies at the end. This is the trap of stride 2: symmetric padding would shift the map.
"""

from __future__ import annotations

import math

import numpy as np

from ..errors import ModelError
from .arithmetic import Operation, activation
from .builder import NCHW, Builder, Value, known, same_storage
from .graph import Node

Pads = tuple[int, int, int, int]  # top, left, bottom, right


def _spatial(node: Node, key: str) -> tuple[int, int]:
    """The two middle numbers of an NHWC list such as `strides`."""
    numbers = node.integers(key, (1, 1, 1, 1))
    if len(numbers) != 4 or numbers[0] != 1 or numbers[3] != 1:
        raise ModelError(f"{node.op} {node.name!r} has {key} {list(numbers)}, not [1, h, w, 1]")
    return numbers[1], numbers[2]


def _expect_nhwc(node: Node, value: Value) -> None:
    if node.text("data_format", "NHWC") != "NHWC" or value.rank != 4:
        raise ModelError(f"{node.op} {node.name!r} does not work on NHWC maps of four axes")


def same_pads(size: int, window: int, stride: int) -> tuple[int, int]:
    """TensorFlow's "SAME" padding before and after an axis of `size` cells."""
    total = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


def _pads(node: Node, size: tuple[int, int], window: tuple[int, int]) -> Pads:
    """The padding of a window of `window` cells over a map of `size` (both height, width)."""
    match node.text("padding", "VALID"):
        case "VALID":
            return (0, 0, 0, 0)
        case "SAME":
            strides = _spatial(node, "strides")
            sides = [same_pads(*each) for each in zip(size, window, strides, strict=True)]
            return sides[0][0], sides[1][0], sides[0][1], sides[1][1]
        case "EXPLICIT":
            pads = node.integers("explicit_paddings", (0,) * 8)
            return pads[2], pads[4], pads[3], pads[5]
        case other:
            raise ModelError(f"{node.op} {node.name!r} has the unknown padding {other!r}")


def _cells(node: Node, source: Value, window: tuple[int, int], pads: Pads) -> tuple[int, int]:
    """Height and width of the map that a window sliding over `source` gives."""
    strides = _spatial(node, "strides")
    height = (source.shape[1] + pads[0] + pads[2] - window[0]) // strides[0] + 1
    width = (source.shape[2] + pads[1] + pads[3] - window[1]) // strides[1] + 1
    return height, width


def _convolution(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    """Conv2D and DepthwiseConv2dNative, plain or fused with a bias and an activation."""
    source, kernel = inputs[0], known(node, inputs[1])
    _expect_nhwc(node, source)
    rows, columns, channels, last = kernel.shape
    weights, (groups, rest) = kernel.transpose(3, 2, 0, 1), divmod(source.shape[3], channels)
    if rest or (groups != 1 and "Depthwise" in node.op):
        raise ModelError(f"{node.op} {node.name!r} does not fit the channels of its map")
    if "Depthwise" in node.op:
        groups, last = channels, channels * last
        weights = kernel.transpose(2, 3, 0, 1).reshape(last, 1, rows, columns)
    dilations = _spatial(node, "dilations")
    window = (rows - 1) * dilations[0] + 1, (columns - 1) * dilations[1] + 1
    pads = _pads(node, (source.shape[1], source.shape[2]), window)
    tensors = [builder.tensor(source, NCHW), builder.initializer(weights)]
    extra = list(inputs[2:])
    functions = list(node.texts("fused_ops"))
    if functions[:1] == ["BiasAdd"]:
        tensors.append(builder.initializer(known(node, extra.pop(0))))
        functions.pop(0)
    if extra or len(functions) > 1:
        raise ModelError(f"the converter can't read the fused operations of {node.name!r}")
    name = builder.one(
        "Conv",
        tensors,
        kernel_shape=[rows, columns],
        strides=list(_spatial(node, "strides")),
        dilations=list(dilations),
        pads=list(pads),
        group=groups,
    )
    if functions:
        name = activation(builder, name, functions[0], node.number("leakyrelu_alpha", 0.2))
    height, width = _cells(node, source, window, pads)
    return [
        Value((source.shape[0], height, width, last), NCHW, "float", name, None, source.batched)
    ]


def _transposed_convolution(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    """Conv2DBackpropInput: inputs are the output's shape, the kernel (h, w, out, in), the map."""
    size, kernel, source = known(node, inputs[0]), known(node, inputs[1]), inputs[2]
    _expect_nhwc(node, source)
    strides, window = _spatial(node, "strides"), (kernel.shape[0], kernel.shape[1])
    output = int(size[1]), int(size[2])
    if _spatial(node, "dilations") != (1, 1):
        raise ModelError(f"the converter can't dilate the transposed convolution {node.name!r}")
    pads = _pads(node, output, window)
    full = [(source.shape[i + 1] - 1) * strides[i] + window[i] for i in (0, 1)]
    over = [output[i] - full[i] + pads[i] + pads[i + 2] for i in (0, 1)]
    if any(not 0 <= over[i] < strides[i] for i in (0, 1)):
        raise ModelError(f"the transposed convolution {node.name!r} can't give a map of {output}")
    name = builder.one(
        "ConvTranspose",
        [builder.tensor(source, NCHW), builder.initializer(kernel.transpose(3, 2, 0, 1))],
        kernel_shape=list(window),
        strides=list(strides),
        pads=list(pads),
        output_padding=over,
    )
    shape = (source.shape[0], *output, kernel.shape[2])
    return [Value(shape, NCHW, "float", name, None, source.batched)]


def _pool(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    """MaxPool and AvgPool; an average over the whole map is a GlobalAveragePool."""
    source, window = inputs[0], _spatial(node, "ksize")
    _expect_nhwc(node, source)
    pads = _pads(node, (source.shape[1], source.shape[2]), window)
    height, width = _cells(node, source, window, pads)
    tensor = builder.tensor(source, NCHW)
    if node.op == "AvgPool" and window == (source.shape[1], source.shape[2]) and not any(pads):
        name = builder.one("GlobalAveragePool", [tensor])
    else:
        name = builder.one(
            "MaxPool" if node.op == "MaxPool" else "AveragePool",
            [tensor],
            kernel_shape=list(window),
            strides=list(_spatial(node, "strides")),
            pads=list(pads),
        )
    shape = (source.shape[0], height, width, source.shape[3])
    return [Value(shape, NCHW, "float", name, None, source.batched)]


def _mean(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source = inputs[0]
    axes = sorted({int(a) % source.rank for a in known(node, inputs[1]).reshape(-1)})
    if not node.integer("keep_dims", 0) or (source.batched and 0 in axes):
        raise ModelError(f"the converter can only take the mean {node.name!r} of kept axes")
    name = builder.tensor(source, source.axes)
    shape = tuple(1 if i in axes else size for i, size in enumerate(source.shape))
    if source.axes == NCHW and axes == [1, 2]:
        name = builder.one("GlobalAveragePool", [name])
    else:
        stored = builder.ints(*sorted(source.stored(a) for a in axes))
        name = builder.one("ReduceMean", [name, stored], keepdims=1)
    return [Value(shape, source.axes, "float", name, None, source.batched)]


def _resize(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    """ResizeBilinear, without antialiasing as in TensorFlow; keeps TensorFlow's three grids."""
    source, size = inputs[0], [int(v) for v in known(node, inputs[1])]
    _expect_nhwc(node, source)
    grid = "asymmetric"
    if node.integer("half_pixel_centers", 0):
        grid = "half_pixel"
    elif node.integer("align_corners", 0):
        grid = "align_corners"
    # Scales, because sizes would fix the batch, and onnxruntime 1.32 mistakes sizes of two axes
    # for sizes of four when it moves a Transpose past them.
    scales = [np.float32(1)] * 2 + [_scale(source.shape[i + 1], size[i]) for i in (0, 1)]
    name = builder.one(
        "Resize",
        [builder.tensor(source, NCHW), "", builder.initializer(np.array(scales, np.float32))],
        mode="linear",
        coordinate_transformation_mode=grid,
    )
    shape = (source.shape[0], size[0], size[1], source.shape[3])
    return [Value(shape, NCHW, "float", name, None, source.batched)]


def _scale(old: int, new: int) -> np.float32:
    """The scale by which ONNX, which rounds `old * scale` down, comes to `new` cells."""
    scale = np.float32(new / old)
    return scale if int(np.float32(old) * scale) == new else np.nextafter(scale, np.float32(np.inf))


def _pad(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source, pads = inputs[0], known(node, inputs[1]).astype(np.int64)
    if source.batched and pads[0].any():
        raise ModelError("the graph pads the batch axis: convert it with a batch of one")
    stored = [pads[axis] for axis in source.axes]
    fill = known(node, inputs[2]) if len(inputs) > 2 else np.array(0, np.float32)
    ends = builder.ints(*(int(p[0]) for p in stored), *(int(p[1]) for p in stored))
    tensor = builder.tensor(source, source.axes)
    name = builder.one("Pad", [tensor, ends, builder.initializer(fill.reshape(()))])
    shape = tuple(s + int(p.sum()) for s, p in zip(source.shape, pads, strict=True))
    padded = Value(shape, source.axes, source.kind, "", None, source.batched)
    return [same_storage(padded, name)]


OPERATIONS: dict[str, Operation] = {
    **dict.fromkeys(("Conv2D", "_FusedConv2D"), _convolution),
    **dict.fromkeys(("DepthwiseConv2dNative", "FusedDepthwiseConv2dNative"), _convolution),
    "Conv2DBackpropInput": _transposed_convolution,
    **dict.fromkeys(("MaxPool", "AvgPool"), _pool),
    "Mean": _mean,
    "ResizeBilinear": _resize,
    **dict.fromkeys(("Pad", "PadV2"), _pad),
}
