"""Turns a TensorFlow.js graph model into an ONNX model.

The ONNX model takes pictures as the project holds them: uint8, RGB, (N, H, W, 3). What the
network wants instead (BGR, a mean and a scale) is computed by the graph's first nodes, so that no
caller can forget it or do it twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

from ..errors import ModelError
from . import arithmetic, arrays, spatial
from .arithmetic import Operation
from .builder import NCHW, ONNX_TYPES, Builder, Value, constant
from .dilate import dilate
from .graph import GraphModel, Node, read
from .simplify import simplify
from .sources import Picture

OPERATIONS: dict[str, Operation] = {
    **arithmetic.OPERATIONS,
    **spatial.OPERATIONS,
    **arrays.OPERATIONS,
}
OPSET, IR_VERSION = 18, 8  # read by onnxruntime 1.14 (2023) and later
BATCH = "N"


def convert(
    path: Path,
    outputs: Mapping[str, str],
    picture: Picture,
    properties: Mapping[str, str] | None = None,
) -> bytes:
    """The ONNX file for the TensorFlow.js graph model at `path`; the same bytes on every run.

    Args:
        path: the `model.json`; its weight shards lie beside it.
        outputs: the TensorFlow tensors to keep, each with its name in the ONNX model.
        picture: what the network expects of its only input, which becomes `image`.
        properties: what to write into the model's metadata.

    Raises:
        InputError: a file cannot be read.
        ModelError: the files are not a sound graph model, or use what the converter doesn't know.
    """
    graph = dilate(read(path))
    builder = Builder()
    values, source = _input(builder, graph, picture)
    for node in graph.nodes:
        if node.op == "Const":
            if node.name not in graph.weights:
                raise ModelError(f"the graph has no weights for its constant {node.name!r}")
            values[node.name] = constant(graph.weights[node.name])
        elif node.op != "Placeholder":
            _apply(builder, node, values)
    results = [_output(builder, values, name, title) for name, title in outputs.items()]
    nodes, initializers = simplify(builder.nodes, builder.initializers, list(outputs.values()))
    return _model(nodes, initializers, source, results, properties or {}).SerializeToString(
        deterministic=True
    )


def _input(
    builder: Builder, graph: GraphModel, picture: Picture
) -> tuple[dict[str, Value], onnx.ValueInfoProto]:
    """The values of the graph's input, after the nodes that normalise the picture."""
    if len(graph.inputs) != 1:
        raise ModelError(f"the graph has {len(graph.inputs)} inputs, not one picture")
    ((name, shape),) = graph.inputs.items()
    axes = (0, 1, 2, 3) if picture.channels_first else NCHW
    stored = [shape[axis] for axis in axes] if len(shape) == 4 else []
    if len(stored) != 4 or stored[1] != 3:
        raise ModelError(f"the graph's input has the shape {shape}, which is not a picture")
    tensor = builder.one("Transpose", ["image"], perm=list(NCHW))
    if picture.bgr:
        tensor = builder.one("Gather", [tensor, builder.ints(2, 1, 0)], axis=1)
    tensor = builder.one("Cast", [tensor], to=ONNX_TYPES["float"])
    for op, numbers, neutral in (("Sub", picture.mean, 0), ("Mul", picture.scale, 1)):
        if set(numbers) != {neutral}:
            array = np.array(numbers, np.float32)
            array = array.reshape((-1, 1, 1) if len(numbers) > 1 else ())
            tensor = builder.one(op, [tensor, builder.initializer(array)])
    info = helper.make_tensor_value_info(
        "image",
        ONNX_TYPES["byte"],
        [BATCH if picture.batched else 1, stored[2], stored[3], 3],
    )
    return {name: Value(shape, axes, "float", tensor, batched=picture.batched)}, info


def _apply(builder: Builder, node: Node, values: dict[str, Value]) -> None:
    """Write the ONNX nodes for one TensorFlow node and remember its outputs."""
    operation = OPERATIONS.get(node.op)
    if operation is None:
        raise ModelError(
            f"the converter does not know the operation {node.op!r} of the node {node.name!r}",
            hint=f"it knows {', '.join(sorted(OPERATIONS))}",
        )
    try:
        results = operation(builder, node, [values[name] for name in node.inputs])
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise ModelError(f"{node.op} {node.name!r} is malformed: {error}") from error
    for position, value in enumerate(results):
        values[f"{node.name}:{position}" if position else node.name] = value


def _output(
    builder: Builder, values: Mapping[str, Value], name: str, title: str
) -> onnx.ValueInfoProto:
    value = values.get(name)
    if value is None:
        raise ModelError(f"the graph has no output {name!r}")
    builder.nodes.append(helper.make_node("Identity", [builder.tensor(value)], [title]))
    shape: list[int | str] = list(value.shape)
    if value.batched:
        shape[0] = BATCH
    return helper.make_tensor_value_info(title, ONNX_TYPES[value.kind], shape)


def _model(
    nodes: Sequence[onnx.NodeProto],
    initializers: Sequence[onnx.TensorProto],
    source: onnx.ValueInfoProto,
    results: Sequence[onnx.ValueInfoProto],
    properties: Mapping[str, str],
) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, "graph", [source], results, initializers)
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="viscript",
    )
    for key, value in sorted(properties.items()):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    try:
        onnx.checker.check_model(  # pyright: ignore[reportUnknownMemberType]
            model, full_check=True
        )
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ModelError(f"the graph does not fit together: {error}") from error
    return model
