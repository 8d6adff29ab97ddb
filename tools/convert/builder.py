"""Builds an ONNX graph, and keeps track of where each tensor's axes lie.

TensorFlow computes on pictures as NHWC, ONNX as NCHW. Instead of wrapping every convolution in two
transpositions, a `Value` knows which of its (TensorFlow) axes each axis of its ONNX tensor holds.
A transposition then changes only this bookkeeping, and a Transpose is written only where an
operation needs an order that the tensor does not have.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np
import onnx
from onnx import helper

from ..errors import ModelError
from .graph import Array, Node

Kind: TypeAlias = Literal["float", "int", "bool", "byte"]
Axes: TypeAlias = tuple[int, ...]
Setting: TypeAlias = int | float | str | list[int]

NCHW: Axes = (0, 3, 1, 2)
ONNX_TYPES: dict[Kind, int] = {
    "float": onnx.TensorProto.FLOAT,
    "int": onnx.TensorProto.INT64,  # TensorFlow's int32: ONNX wants int64 for shapes and indices
    "bool": onnx.TensorProto.BOOL,
    "byte": onnx.TensorProto.UINT8,
}
_KINDS: dict[str, Kind] = {"f": "float", "i": "int", "b": "bool"}  # by NumPy's kind


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor of the TensorFlow graph, and how the ONNX graph stores it.

    Attributes:
        shape: its shape in TensorFlow's order of axes.
        axes: axis `i` of the ONNX tensor is axis `axes[i]` of TensorFlow's.
        kind: what its elements are.
        name: the ONNX tensor; empty for a constant.
        constant: the elements in TensorFlow's order, where they are known.
        batched: axis 0 is the batch, of any size when the model runs; `shape` says 1.
    """

    shape: tuple[int, ...]
    axes: Axes
    kind: Kind
    name: str = ""
    constant: Array | None = None
    batched: bool = False

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def stored(self, axis: int) -> int:
        """Which axis of the ONNX tensor holds TensorFlow's `axis` (may be negative)."""
        return self.axes.index(axis % self.rank)


def constant(array: Array) -> Value:
    """A value that is known: float32, int64 or bool."""
    return Value(array.shape, tuple(range(array.ndim)), _KINDS[array.dtype.kind], constant=array)


def known(node: Node, value: Value) -> Array:
    """The elements of an argument of `node` that has to be constant.

    Raises:
        ModelError: it is computed by the graph.
    """
    if value.constant is None:
        raise ModelError(f"the converter needs {node.op} {node.name!r} to have constant arguments")
    return value.constant


@dataclass(slots=True)
class Builder:
    """Collects the nodes and initializers of an ONNX graph, with short names in order."""

    nodes: list[onnx.NodeProto] = field(default_factory=list[onnx.NodeProto])
    initializers: dict[str, Array] = field(default_factory=dict[str, "Array"])
    _known: dict[tuple[str, tuple[int, ...], bytes], str] = field(
        default_factory=dict[tuple[str, tuple[int, ...], bytes], str]
    )
    _count: int = 0

    def fresh(self) -> str:
        """A tensor name that is not in use."""
        self._count += 1
        return f"t{self._count}"

    def emit(self, op: str, inputs: list[str], outputs: int, **settings: Setting) -> list[str]:
        """Write a node with as many outputs; return their names."""
        names = [self.fresh() for _ in range(outputs)]
        node = helper.make_node(op, inputs, names)
        node.attribute.extend(helper.make_attribute(k, v) for k, v in sorted(settings.items()))
        self.nodes.append(node)
        return names

    def one(self, op: str, inputs: list[str], **settings: Setting) -> str:
        """Write a node with one output; return its name."""
        return self.emit(op, inputs, 1, **settings)[0]

    def initializer(self, array: Array) -> str:
        """The name of an initializer that holds `array`; equal arrays share one."""
        array = np.ascontiguousarray(array).reshape(array.shape)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._known:
            name = f"w{len(self._known)}"
            self._known[key] = name
            self.initializers[name] = array
        return self._known[key]

    def ints(self, *numbers: int) -> str:
        """The name of an initializer that holds whole numbers as a vector."""
        return self.initializer(np.array(numbers, np.int64))

    def tensor(self, value: Value, axes: Axes | None = None) -> str:
        """The ONNX tensor that holds `value` with its axes in the order `axes`.

        `axes` defaults to TensorFlow's order. Writes a Transpose only where the order differs.
        """
        axes = axes or tuple(range(value.rank))
        if value.constant is not None:
            return self.initializer(value.constant.transpose(axes))
        if value.axes == axes:
            return value.name
        order = [value.axes.index(axis) for axis in axes]
        return self.one("Transpose", [value.name], perm=order)

    def aligned(self, value: Value, axes: Axes) -> str:
        """The ONNX tensor of `value`, to be broadcast against a tensor with the axes `axes`."""
        lead = len(axes) - value.rank
        if value.constant is not None:
            array = value.constant
            if array.size == 1:
                return self.initializer(array.reshape(()))
            return self.initializer(array.reshape((1,) * lead + array.shape).transpose(axes))
        if lead == 0:
            return self.tensor(value, axes)
        name = self.tensor(value)
        if axes == tuple(range(len(axes))):
            return name
        name = self.one("Unsqueeze", [name, self.ints(*range(lead))])
        return self.one("Transpose", [name], perm=list(axes))


def same_storage(value: Value, name: str, kind: Kind | None = None) -> Value:
    """The value that the ONNX tensor `name` holds, stored like `value` and of the same shape."""
    return replace(value, name=name, kind=kind or value.kind, constant=None)
