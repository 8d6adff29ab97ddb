"""TensorFlow operations that act on each element by itself, as ONNX."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TypeAlias

import numpy as np

from ..errors import ModelError
from .builder import ONNX_TYPES, Builder, Kind, Value, constant, same_storage
from .graph import Array, Node

Operation: TypeAlias = Callable[[Builder, Node, list[Value]], list[Value]]
Fold: TypeAlias = Callable[[Array, Array], Array]

_KINDS: dict[str, Kind] = {
    "DT_FLOAT": "float",
    "DT_INT32": "int",
    "DT_INT64": "int",
    "DT_BOOL": "bool",
}


def broadcast(builder: Builder, op: str, a: Value, b: Value, kind: Kind | None = None) -> Value:
    """`a op b` with NumPy's rules of broadcasting, stored like the operand of the higher rank."""
    leader = b if a.constant is not None or (b.rank > a.rank and b.constant is None) else a
    shape = np.broadcast_shapes(a.shape, b.shape)
    axes = leader.axes if leader.rank == len(shape) else tuple(range(len(shape)))
    name = builder.one(op, [builder.aligned(a, axes), builder.aligned(b, axes)])
    for value in (a, b):
        if value.batched and (value.rank != len(shape) or shape[0] != 1):
            raise ModelError(f"{op} broadcasts the batch axis: convert it with a batch of one")
    return Value(shape, axes, kind or a.kind, name, batched=a.batched or b.batched)


def activation(builder: Builder, name: str, function: str, alpha: float) -> str:
    """Apply one of TensorFlow's activations, as fused operations name them, to an ONNX tensor."""
    match function:
        case "Relu6":
            low, high = (builder.initializer(np.array(v, np.float32)) for v in (0, 6))
            return builder.one("Clip", [name, low, high])
        case "LeakyRelu":
            return builder.one("LeakyRelu", [name], alpha=alpha)
        case "Relu" | "Sigmoid" | "Tanh" | "Sqrt":
            return builder.one(function, [name])
        case _:
            raise ModelError(f"the converter does not know the activation {function!r}")


def _unary(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source = inputs[0]
    name = builder.tensor(source, source.axes)
    alpha = node.number("alpha", 0.2)  # TensorFlow's default slope of LeakyRelu
    return [same_storage(source, activation(builder, name, node.op, alpha))]


def _binary(op: str, fold: Fold, kind: Kind | None = None) -> Operation:
    def operation(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
        a, b = inputs
        if a.constant is not None and b.constant is not None:
            return [constant(np.asarray(fold(a.constant, b.constant)))]
        return [broadcast(builder, op, a, b, kind)]

    return operation


def _floor_div(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    a, b = inputs
    if a.kind == "int":  # ONNX divides whole numbers towards zero, TensorFlow downwards
        rest = broadcast(builder, "Mod", a, b)
        return [broadcast(builder, "Div", broadcast(builder, "Sub", a, rest), b)]
    quotient = broadcast(builder, "Div", a, b)
    return [same_storage(quotient, builder.one("Floor", [quotient.name]))]


def _floor_mod(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    a, b = inputs
    if a.kind == "int":
        return [broadcast(builder, "Mod", a, b)]
    quotient = _floor_div(builder, node, inputs)[0]
    return [broadcast(builder, "Sub", a, broadcast(builder, "Mul", quotient, b))]


def _squared_difference(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    difference = broadcast(builder, "Sub", inputs[0], inputs[1])
    return [broadcast(builder, "Mul", difference, difference)]


def _add_all(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    return [reduce(lambda a, b: broadcast(builder, "Add", a, b), inputs)]


def _cast(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source, kind = inputs[0], _KINDS.get(node.text("DstT", ""))
    if kind is None:
        raise ModelError(f"the converter can't cast to {node.text('DstT', '')!r}")
    if kind == source.kind:
        return [source]
    name = builder.tensor(source, source.axes)
    return [same_storage(source, builder.one("Cast", [name], to=ONNX_TYPES[kind]), kind)]


def _identity(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    return [inputs[0]]


OPERATIONS: dict[str, Operation] = {
    **dict.fromkeys(("Relu", "Relu6", "LeakyRelu", "Sigmoid", "Tanh", "Sqrt"), _unary),
    **dict.fromkeys(("Add", "AddV2", "BiasAdd"), _binary("Add", np.add)),
    "Sub": _binary("Sub", np.subtract),
    "Mul": _binary("Mul", np.multiply),
    "RealDiv": _binary("Div", np.divide),
    "Equal": _binary("Equal", np.equal, "bool"),
    "FloorDiv": _floor_div,
    "FloorMod": _floor_mod,
    "SquaredDifference": _squared_difference,
    "AddN": _add_all,
    "Cast": _cast,
    "Identity": _identity,
}
