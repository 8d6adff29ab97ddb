"""Reads a TensorFlow.js graph model, `model.json` and its weight shards, without TensorFlow.

The format is the one that `tensorflowjs_converter --output_format=tfjs_graph_model` writes: a
TensorFlow `GraphDef` as JSON, a signature that names inputs and outputs, and a manifest of weights
that lie one after another in the shards. Weights may be quantised: `float16`, or `uint8`/`uint16`
with a scale and a minimum (github.com/tensorflow/tfjs, `tfjs-core/src/io`).
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, ModelError

Array: TypeAlias = NDArray[Any]
Attribute: TypeAlias = int | float | bool | str | list[int] | list[float] | list[str]

_DTYPES = {"float32": "<f4", "float16": "<f2", "int32": "<i4", "uint8": "u1", "uint16": "<u2"}
_MAX_ELEMENTS = 1 << 28  # a single weight of 1 GiB in float32 is no model of ours


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of the TensorFlow graph.

    `inputs` are tensor names: `name` for the first output of a node, `name:1` for its second.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]

    def integer(self, key: str, default: int) -> int:
        """The whole number (or flag) `key`, or `default` where the node has none."""
        value = self.attributes.get(key, default)
        if isinstance(value, int):
            return int(value)
        raise ModelError(f"the node {self.name!r} has a {key!r} that is not a whole number")

    def number(self, key: str, default: float) -> float:
        """The number `key`, or `default` where the node has none."""
        value = self.attributes.get(key, default)
        if isinstance(value, int | float):
            return float(value)
        raise ModelError(f"the node {self.name!r} has a {key!r} that is not a number")

    def text(self, key: str, default: str) -> str:
        """The string `key`, or `default` where the node has none."""
        value = self.attributes.get(key, default)
        if isinstance(value, str):
            return value
        raise ModelError(f"the node {self.name!r} has a {key!r} that is not a text")

    def integers(self, key: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """The list of whole numbers `key`, or `default` where the node has none or an empty one."""
        value = self.attributes.get(key, [])
        if isinstance(value, list) and all(isinstance(v, int) for v in value):
            return tuple(int(v) for v in value) or default
        raise ModelError(f"the node {self.name!r} has a {key!r} that is not a list of numbers")

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of strings `key`; empty where the node has none."""
        value = self.attributes.get(key, [])
        if isinstance(value, list):
            return tuple(str(v) for v in value)
        raise ModelError(f"the node {self.name!r} has a {key!r} that is not a list of texts")


@dataclass(frozen=True, slots=True)
class GraphModel:
    """A TensorFlow graph with its weights.

    `nodes` are in an order in which every node follows those that it reads. `inputs` maps the name
    of each placeholder to its shape; `weights` holds each constant under the name of its node.
    """

    nodes: tuple[Node, ...]
    inputs: Mapping[str, tuple[int, ...]]
    weights: Mapping[str, Array]


def read(path: Path) -> GraphModel:
    """Read the graph model whose `model.json` is `path`; its shards must lie in the same folder.

    Raises:
        InputError: there is no such file, or a shard is missing.
        ModelError: the file is not a graph model, or the shards do not hold the weights it lists.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read the model {path.name}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path.name} is not a TensorFlow.js model: it is not JSON") from error
    try:
        nodes = [_node(item) for item in content["modelTopology"]["node"]]
        groups = [(list(g["paths"]), list(g["weights"])) for g in content["weightsManifest"]]
        inputs = {n.name: _input_shape(n) for n in nodes if n.op == "Placeholder"}
        weights: dict[str, Array] = {}
        for paths, entries in groups:
            weights |= _group(path, [str(p) for p in paths], entries)
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error) as error:
        raise ModelError(
            f"{path.name} is not a TensorFlow.js graph model: its topology or manifest is malformed"
        ) from error
    return GraphModel(_sorted(nodes), inputs, weights)


def _node(item: Mapping[str, Any]) -> Node:
    """A node from its JSON; control inputs (`^name`) are dropped, `name:0` becomes `name`."""
    inputs = tuple(str(i).removesuffix(":0") for i in item.get("input", ()))
    attributes: dict[str, Attribute] = {}
    for key, value in item.get("attr", {}).items():
        if key == "shape" and "shape" in value:
            attributes[key] = [int(d["size"]) for d in value["shape"].get("dim", ())]
        elif (parsed := _attribute(value)) is not None:
            attributes[key] = parsed
    data = tuple(i for i in inputs if not i.startswith("^"))
    return Node(str(item["name"]), str(item["op"]), data, attributes)


def _attribute(value: Mapping[str, Any]) -> Attribute | None:
    """The value of an `AttrValue` in JSON, where it is of a kind that an operation can need."""
    match dict(value):
        case {"i": number}:
            return int(number)
        case {"f": number}:
            return float(number)
        case {"b": flag}:
            return bool(flag)
        case {"s": text}:
            return _text(text)
        case {"type": name}:
            return str(name)
        case {"list": {"i": items}}:
            return [int(i) for i in items]
        case {"list": {"f": items}}:
            return [float(i) for i in items]
        case {"list": {"s": items}}:
            return [_text(i) for i in items]
        case _:
            return None


def _text(encoded: str) -> str:
    return base64.b64decode(encoded, validate=True).decode("ascii")


def _input_shape(node: Node) -> tuple[int, ...]:
    shape = node.integers("shape", ())
    if not shape:
        raise ModelError(f"the input {node.name!r} has no shape")
    return tuple(1 if size < 1 else size for size in shape)


def _group(path: Path, shards: list[str], entries: list[Mapping[str, Any]]) -> dict[str, Array]:
    """The weights of one group of the manifest, cut from its shards."""
    parts: list[bytes] = []
    for shard in shards:
        if Path(shard).name != shard or "\\" in shard:
            raise ModelError(f"{path.name} names a weight shard outside its folder: {shard!r}")
        try:
            parts.append((path.parent / shard).read_bytes())
        except OSError as error:
            raise InputError(f"cannot read the weight shard {shard}: {error.strerror}") from error
    data, offset, weights = b"".join(parts), 0, dict[str, Array]()
    for entry in entries:
        array, size = _weight(entry, data, offset, path.name)
        weights[str(entry["name"])] = array
        offset += size
    if offset != len(data):
        raise ModelError(
            f"the weights of {path.name} are corrupt: its manifest lists {offset} bytes, "
            f"its shards hold {len(data)}",
            hint="fetch the model again",
        )
    return weights


def _weight(entry: Mapping[str, Any], data: bytes, offset: int, name: str) -> tuple[Array, int]:
    """One weight and the bytes it takes: float32 or int64 (TensorFlow's int32), dequantised."""
    kind, quantised = str(entry["dtype"]), cast(Mapping[str, Any], entry.get("quantization") or {})
    stored = _DTYPES.get(str(quantised.get("dtype", kind)))
    if kind not in ("float32", "int32") or stored is None:
        raise ModelError(f"{name} has a weight of type {kind!r}, which the converter can't read")
    shape = tuple(int(size) for size in entry["shape"])
    count = math.prod(shape)
    if min(shape, default=0) < 0 or count > _MAX_ELEMENTS:
        raise ModelError(f"{name} has a weight of the impossible shape {shape}")
    size = count * np.dtype(stored).itemsize
    if offset + size > len(data):
        raise ModelError(
            f"the weights of {name} are corrupt: a shard is shorter than its manifest says",
            hint="fetch the model again",
        )
    raw: Array = np.frombuffer(data, stored, count, offset).reshape(shape)
    if "scale" in quantised:
        # The order of TensorFlow.js: float32 throughout, value * scale + min.
        raw = raw.astype(np.float32) * np.float32(quantised["scale"]) + np.float32(quantised["min"])
    return raw.astype(np.float32 if kind == "float32" else np.int64), size


def _sorted(nodes: list[Node]) -> tuple[Node, ...]:
    """The nodes, each after those it reads; otherwise in the order of the file."""
    names = {node.name for node in nodes}
    done: set[str] = set()
    order: list[Node] = []
    waiting = list(nodes)
    while waiting:
        later: list[Node] = []
        for node in waiting:
            sources = {i.partition(":")[0] for i in node.inputs}
            if missing := sources - names:
                raise ModelError(f"the node {node.name!r} reads {min(missing)!r}, which is absent")
            if sources <= done:
                done.add(node.name)
                order.append(node)
            else:
                later.append(node)
        if len(later) == len(waiting):
            raise ModelError(f"the graph has a cycle through the node {later[0].name!r}")
        waiting = later
    return tuple(order)
