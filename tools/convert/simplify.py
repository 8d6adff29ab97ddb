"""Makes an ONNX graph smaller without changing what it computes.

Padding moves into the convolution or pooling that follows it, an added constant per channel
becomes the bias of the convolution before it, nodes that do nothing and nodes that nothing reads
disappear, and weights are stored in half the bytes where that loses nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .graph import Array

_SMALLEST_HALF = 64  # elements; below, a Cast node takes more bytes than it saves


def simplify(
    nodes: Sequence[onnx.NodeProto], initializers: Mapping[str, Array], outputs: Sequence[str]
) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """The nodes and initializers that remain for the tensors `outputs`, in the order of use."""
    graph = _Graph(list(nodes), dict(initializers), list(outputs))
    for step in (_drop_inverse_pairs, _drop_identities, _merge_pads, _merge_biases):
        step(graph)
        graph.sweep()
    return _halve(graph)


class _Graph:
    """Nodes in order, with who writes and who reads each tensor."""

    def __init__(
        self, nodes: list[onnx.NodeProto], initializers: dict[str, Array], outputs: list[str]
    ) -> None:
        self.nodes, self.initializers, self.outputs = nodes, initializers, outputs
        self.sweep()

    def sweep(self) -> None:
        """Drop the nodes that no output needs; note again who reads and writes what."""
        needed, kept = set(self.outputs), list[onnx.NodeProto]()
        for node in reversed(self.nodes):
            if needed & set(node.output):
                needed |= set(node.input)
                kept.append(node)
        self.nodes = kept[::-1]
        self.writers = {name: node for node in self.nodes for name in node.output}
        self.readers = Counter(name for node in self.nodes for name in node.input)

    def only_reader(self, name: str) -> bool:
        """Whether exactly one node reads `name`, and it is not an output."""
        return self.readers[name] == 1 and name not in self.outputs

    def replace(self, old: str, new: str) -> None:
        """Let every node that reads `old` read `new`."""
        for node in self.nodes:
            for position, name in enumerate(node.input):
                if name == old:
                    node.input[position] = new


def _drop_inverse_pairs(graph: _Graph) -> None:
    """Squeeze, then Unsqueeze of the same axes: nothing."""
    for node in graph.nodes:
        before = graph.writers.get(node.input[0])
        if node.op_type == "Unsqueeze" and before is not None and before.op_type == "Squeeze":
            axes = [graph.initializers.get(n.input[1]) for n in (node, before)]
            if axes[0] is not None and axes[1] is not None and np.array_equal(axes[0], axes[1]):
                graph.replace(node.output[0], before.input[0])


def _drop_identities(graph: _Graph) -> None:
    """The Identity that names an output goes: the node before it writes that name itself."""
    for node in list(graph.nodes):
        source, name = node.input[0], node.output[0]
        before = graph.writers.get(source)
        if node.op_type != "Identity" or before is None or source in graph.outputs:
            continue
        before.output[list(before.output).index(source)] = name
        graph.writers[name] = before
        graph.nodes.remove(node)
        graph.replace(source, name)


def _merge_pads(graph: _Graph) -> None:
    """Zeros around a convolution, minus infinity around a MaxPool: attributes, not a node."""
    fills: dict[str, float] = {"Conv": 0.0, "MaxPool": -np.inf}
    for node in graph.nodes:
        pad = graph.writers.get(node.input[0])
        if node.op_type not in fills or pad is None or pad.op_type != "Pad":
            continue
        ends, fill = (graph.initializers.get(name) for name in pad.input[1:3])
        if ends is None or fill is None or float(fill) != fills[node.op_type] or len(ends) != 8:
            continue
        if any(ends[[0, 1, 4, 5]]) or min(ends) < 0 or not graph.only_reader(node.input[0]):
            continue
        old = next(a for a in node.attribute if a.name == "pads")
        new = [int(p) + int(e) for p, e in zip(old.ints, ends[[2, 3, 6, 7]], strict=True)]
        old.CopyFrom(helper.make_attribute("pads", new))
        node.input[0] = pad.input[0]


def _merge_biases(graph: _Graph) -> None:
    """Conv or ConvTranspose without a bias, then Add of one number per channel."""
    for node in list(graph.nodes):
        if node.op_type != "Add":
            continue
        for source, other in (tuple(node.input), tuple(node.input)[::-1]):
            before, array = graph.writers.get(source), graph.initializers.get(other)
            if before is None or array is None or not graph.only_reader(source):
                continue
            if before.op_type not in ("Conv", "ConvTranspose") or len(before.input) > 2:
                continue
            channels = _channels(before, graph.initializers[before.input[1]])
            if array.shape not in ((1, channels, 1, 1), ()):
                continue
            name = f"{other}b"
            graph.initializers[name] = np.broadcast_to(array.reshape(-1), (channels,))
            before.input.append(name)
            before.output[0] = node.output[0]
            graph.writers[node.output[0]] = before
            graph.nodes.remove(node)
            break


def _channels(convolution: onnx.NodeProto, weights: Array) -> int:
    """How many channels a convolution (of one group, if transposed) writes."""
    return int(weights.shape[1 if convolution.op_type == "ConvTranspose" else 0])


def _halve(graph: _Graph) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """Store float32 weights as float16 where every element survives; a Cast restores them.

    The runtime folds these Casts when it loads the model, so it computes in float32, on the same
    numbers.
    """
    casts: list[onnx.NodeProto] = []
    tensors: list[onnx.TensorProto] = []
    order = list(dict.fromkeys(name for node in graph.nodes for name in node.input))
    for name in (name for name in order if name in graph.initializers):
        array = np.ascontiguousarray(graph.initializers[name]).reshape(
            graph.initializers[name].shape
        )
        half = _exact_half(array)
        if half is None:
            tensors.append(numpy_helper.from_array(array, name))
        else:
            tensors.append(numpy_helper.from_array(half, f"{name}h"))
            casts.append(helper.make_node("Cast", [f"{name}h"], [name], to=onnx.TensorProto.FLOAT))
    return casts + graph.nodes, tensors


def _exact_half(array: Array) -> Array | None:
    """`array` as float16, where nothing is lost and something is gained."""
    if array.dtype != np.float32 or array.size < _SMALLEST_HALF:
        return None
    with np.errstate(over="ignore"):
        half = array.astype(np.float16)
    return half if np.array_equal(half.astype(np.float32), array) else None
