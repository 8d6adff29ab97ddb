"""Rewrites SpaceToBatchND, convolution, BatchToSpaceND as one dilated convolution.

Older TensorFlow computes a convolution with dilation `d` by rearranging every `d`-th pixel into
the batch, convolving those small pictures without padding, and rearranging back. The paddings of
the first step, less the crops of the last, are the padding of the equal dilated convolution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..errors import ModelError
from .graph import Array, GraphModel, Node

_CONVOLUTIONS = ("Conv2D", "_FusedConv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2dNative")
_BETWEEN = ("Add", "AddV2", "BiasAdd", "Relu", "Relu6", "LeakyRelu")  # act on each pixel alike


def dilate(model: GraphModel) -> GraphModel:
    """`model` with every such group of nodes replaced.

    Raises:
        ModelError: a SpaceToBatchND is used in another way than for a dilated convolution.
    """
    nodes = {node.name: node for node in model.nodes}
    for start in model.nodes:
        if start.op != "SpaceToBatchND":
            continue
        convolution = _reader(nodes, start)
        end = convolution
        while end.op != "BatchToSpaceND":
            end = _reader(nodes, end)
            if end.op not in (*_BETWEEN, "BatchToSpaceND"):
                raise _unknown(start)
        strides = convolution.integers("strides", (1, 1, 1, 1))
        valid = convolution.text("padding", "VALID") == "VALID"
        if convolution.op not in _CONVOLUTIONS or set(strides) != {1} or not valid:
            raise _unknown(start)
        block = [int(size) for size in _weight(model.weights, start, 1).reshape(-1)]
        pads = _weight(model.weights, start, 2) - _weight(model.weights, end, 2)
        if len(block) != 2 or pads.min() < 0:
            raise _unknown(start)
        explicit = [0, 0, *(int(p) for p in pads.reshape(-1)), 0, 0]
        nodes[convolution.name] = replace(
            convolution,
            inputs=(start.inputs[0], *convolution.inputs[1:]),
            attributes={
                **convolution.attributes,
                "padding": "EXPLICIT",
                "explicit_paddings": explicit,
                "dilations": [1, *block, 1],
            },
        )
        nodes[end.name] = Node(end.name, "Identity", end.inputs[:1], {})
        del nodes[start.name]
    return GraphModel(tuple(nodes.values()), model.inputs, model.weights)


def _reader(nodes: Mapping[str, Node], source: Node) -> Node:
    """The only node that reads `source`."""
    readers = [node for node in nodes.values() if source.name in node.inputs]
    if len(readers) != 1:
        raise _unknown(source)
    return readers[0]


def _weight(weights: Mapping[str, Array], node: Node, position: int) -> Array:
    array = weights.get(node.inputs[position])
    if array is None:
        raise _unknown(node)
    return array


def _unknown(node: Node) -> ModelError:
    return ModelError(f"the converter knows {node.op} only in dilated convolutions: {node.name!r}")
