"""TensorFlow operations that move, select and rank elements, as ONNX."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..errors import ModelError
from .arithmetic import Operation
from .builder import Axes, Builder, Value, constant, known, same_storage
from .graph import Array, Node


def _one(node: Node, value: Value) -> int:
    return int(known(node, value).reshape(()))


def _without(axes: Axes, gone: int) -> Axes:
    """The order of the axes that stay when TensorFlow's axis `gone` disappears."""
    return tuple(a - (a > gone) for a in axes if a != gone)


def _single_batch(node: Node, value: Value) -> None:
    if value.batched:
        raise ModelError(f"{node.op} {node.name!r} can't keep the batch: convert a batch of one")


def _transpose(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    """Only bookkeeping: the tensor stays as it is, its axes get new names."""
    source, order = inputs[0], [int(i) for i in known(node, inputs[1])]
    if source.constant is not None:
        return [constant(source.constant.transpose(order))]
    if source.batched and order[0] != 0:
        _single_batch(node, source)
    shape = tuple(source.shape[i] for i in order)
    return [replace(source, shape=shape, axes=tuple(order.index(a) for a in source.axes))]


def _reshape(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source, shape = inputs[0], [int(v) for v in known(node, inputs[1])]
    if -1 in shape:
        rest = -math.prod(shape)
        shape[shape.index(-1)] = math.prod(source.shape) // max(rest, 1)
    if math.prod(shape) != math.prod(source.shape):
        raise ModelError(f"Reshape {node.name!r} does not fit: {source.shape} to {tuple(shape)}")
    if source.batched and shape[:1] != [1]:
        _single_batch(node, source)
    # In ONNX a zero keeps the size of that axis: the batch.
    target = builder.ints(*([0, *shape[1:]] if source.batched else shape))
    name = builder.one("Reshape", [builder.tensor(source), target])
    return [Value(tuple(shape), tuple(range(len(shape))), source.kind, name, None, source.batched)]


def _insert(builder: Builder, source: Value, axis: int) -> Value:
    if source.constant is not None:
        return constant(np.expand_dims(source.constant, axis))
    name = builder.one("Unsqueeze", [source.name, builder.ints(axis)])
    order = [a + (a >= axis) for a in source.axes]
    order.insert(axis, axis)
    return replace(
        source,
        shape=(*source.shape[:axis], 1, *source.shape[axis:]),
        axes=tuple(order),
        name=name,
    )


def _remove(builder: Builder, source: Value, axis: int) -> Value:
    name = builder.one("Squeeze", [source.name, builder.ints(source.stored(axis))])
    shape = (*source.shape[:axis], *source.shape[axis + 1 :])
    return replace(source, shape=shape, axes=_without(source.axes, axis), name=name)


def _expand(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source, axis = inputs[0], _one(node, inputs[1])
    _single_batch(node, source)
    return [_insert(builder, source, axis % (source.rank + 1))]


def _squeeze(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    value = inputs[0]
    _single_batch(node, value)
    ones = tuple(i for i, size in enumerate(value.shape) if size == 1)
    for axis in sorted((a % value.rank for a in node.integers("squeeze_dims", ones)), reverse=True):
        value = _remove(builder, value, axis)
    return [value]


def _pack(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    for value in inputs:
        _single_batch(node, value)
    axis = node.integer("axis", 0) % (inputs[0].rank + 1)
    return [_join(builder, node, [_insert(builder, value, axis) for value in inputs], axis)]


def _unpack(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source = inputs[0]
    _single_batch(node, source)
    axis = node.integer("axis", 0) % source.rank
    parts = _cut(builder, source, axis, [1] * source.shape[axis])
    return [_remove(builder, part, axis) for part in parts]


def _concat(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    *parts, last = inputs
    return [_join(builder, node, parts, _one(node, last) % parts[0].rank)]


def _join(builder: Builder, node: Node, parts: list[Value], axis: int) -> Value:
    leader = next((p for p in parts if p.constant is None), parts[0])
    if leader.constant is not None:
        return constant(np.concatenate([known(node, p) for p in parts], axis))
    if leader.batched and (axis == 0 or any(p.constant is not None for p in parts)):
        _single_batch(node, leader)
    tensors = [builder.tensor(part, leader.axes) for part in parts]
    name = builder.one("Concat", tensors, axis=leader.stored(axis))
    shape = list(leader.shape)
    shape[axis] = sum(part.shape[axis] for part in parts)
    return replace(leader, shape=tuple(shape), name=name)


def _cut(builder: Builder, source: Value, axis: int, sizes: list[int]) -> list[Value]:
    if len(sizes) == 1:
        return [source]
    tensors = [builder.tensor(source, source.axes), builder.ints(*sizes)]
    names = builder.emit("Split", tensors, len(sizes), axis=source.stored(axis))
    before, after = source.shape[:axis], source.shape[axis + 1 :]
    return [
        replace(source, name=name, shape=(*before, size, *after))
        for name, size in zip(names, sizes, strict=True)
    ]


def _split(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    """SplitV: the tensor, the sizes, the axis."""
    source, sizes = inputs[0], [int(s) for s in known(node, inputs[1])]
    return _cut(builder, source, _one(node, inputs[2]) % source.rank, sizes)


def _slice(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source = inputs[0]
    begins, ends, steps = ([int(v) for v in known(node, i)] for i in inputs[1:4])
    if any(node.integer(k, 0) for k in ("ellipsis_mask", "new_axis_mask", "shrink_axis_mask")):
        raise ModelError(f"the converter can't read the masks of StridedSlice {node.name!r}")
    if min(steps) < 1:
        raise ModelError(f"the converter can't slice backwards in {node.name!r}")
    shape, cuts = list(source.shape), list[tuple[int, int, int, int]]()
    for axis, (begin, end, step) in enumerate(zip(begins, ends, steps, strict=True)):
        size = shape[axis]
        low = None if node.integer("begin_mask", 0) >> axis & 1 else begin
        high = None if node.integer("end_mask", 0) >> axis & 1 else end
        kept = range(size)[slice(low, high, step)]
        if len(kept) != size:
            cuts.append((kept.start, kept.stop, source.stored(axis), step))
            shape[axis] = len(kept)
    if not cuts:
        return [source]
    if source.batched and shape[0] != 1:
        _single_batch(node, source)
    bounds = [builder.ints(*column) for column in zip(*cuts, strict=True)]
    name = builder.one("Slice", [builder.tensor(source, source.axes), *bounds])
    return [replace(source, shape=tuple(shape), name=name)]


def _gather(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source, indices, axis = inputs[0], inputs[1], _one(node, inputs[2]) % inputs[0].rank
    _single_batch(node, source)
    if node.integer("batch_dims", 0):
        raise ModelError(f"the converter can't gather per batch in {node.name!r}")
    name = builder.one("Gather", [builder.tensor(source), builder.tensor(indices)], axis=axis)
    shape = (*source.shape[:axis], *indices.shape, *source.shape[axis + 1 :])
    return [Value(shape, tuple(range(len(shape))), source.kind, name)]


def _gather_nd(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source, indices = inputs
    _single_batch(node, source)
    name = builder.one("GatherND", [builder.tensor(source), builder.tensor(indices)])
    shape = (*indices.shape[:-1], *source.shape[indices.shape[-1] :])
    return [Value(shape, tuple(range(len(shape))), source.kind, name)]


def _arg_max(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source, axis = inputs[0], _one(node, inputs[1]) % inputs[0].rank
    if axis == 0:
        _single_batch(node, source)
    tensor = builder.tensor(source, source.axes)
    name = builder.one("ArgMax", [tensor], axis=source.stored(axis), keepdims=0)
    shape = (*source.shape[:axis], *source.shape[axis + 1 :])
    best = Value(shape, _without(source.axes, axis), "int", "", None, source.batched)
    return [same_storage(best, name)]


def _top_k(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    source, count = inputs[0], _one(node, inputs[1])
    tensors = [builder.tensor(source), builder.ints(count)]
    values, indices = builder.emit("TopK", tensors, 2, axis=-1, sorted=1)
    shape, axes = (*source.shape[:-1], count), tuple(range(source.rank))
    best = Value(shape, axes, source.kind, values, None, source.batched)
    return [best, same_storage(best, indices, "int")]


def _dense(builder: Builder, node: Node, inputs: list[Value]) -> list[Value]:
    """SparseToDense of constants: onnx-tf writes shapes this way."""
    indices, shape, values, default = (known(node, value) for value in inputs)
    dense: Array = np.full(tuple(int(s) for s in shape), default)
    if indices.size:
        dense[tuple(indices.reshape(-1, dense.ndim).T)] = values
    return [constant(dense)]


OPERATIONS: dict[str, Operation] = {
    "Transpose": _transpose,
    "Reshape": _reshape,
    "ExpandDims": _expand,
    "Squeeze": _squeeze,
    "Pack": _pack,
    "Unpack": _unpack,
    "ConcatV2": _concat,
    "SplitV": _split,
    "StridedSlice": _slice,
    "GatherV2": _gather,
    "GatherNd": _gather_nd,
    "ArgMax": _arg_max,
    "TopKV2": _top_k,
    "SparseToDense": _dense,
}
