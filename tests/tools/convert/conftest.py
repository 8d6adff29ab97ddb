"""Writes tiny TensorFlow.js models, as `tensorflowjs_converter` would."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Spec = tuple[str, str, Sequence[str], Mapping[str, Any]]
WriteModel = Callable[..., Path]


def _attribute(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"b": value}
        case int():
            return {"i": str(value)}
        case float():
            return {"f": value}
        case str() if value.startswith("DT_"):
            return {"type": value}
        case str():
            return {"s": base64.b64encode(value.encode()).decode()}
        case [str(), *_]:
            return {"list": {"s": [base64.b64encode(v.encode()).decode() for v in value]}}
        case _:
            return {"list": {"i": [str(v) for v in value]} if value else {}}


@pytest.fixture
def write_model(tmp_path: Path) -> WriteModel:
    """A function that writes a model and returns the path of its model.json.

    It takes the nodes as (name, operation, inputs, attributes), the constants by name, and the
    shape of the only input, `x`. Constants are stored as float32, int32, or float16 if they are.
    """

    def write(
        nodes: Sequence[Spec],
        constants: Mapping[str, NDArray[Any]],
        shape: Sequence[int] = (1, 8, 8, 3),
    ) -> Path:
        dimensions = [{"size": str(size)} for size in shape]
        graph: list[dict[str, Any]] = [
            {
                "name": "x",
                "op": "Placeholder",
                "attr": {"shape": {"shape": {"dim": dimensions}}, "dtype": {"type": "DT_FLOAT"}},
            }
        ]
        weights: list[dict[str, Any]] = []
        shard = b""
        for name, array in constants.items():
            graph.append({"name": name, "op": "Const"})
            entry: dict[str, Any] = {"name": name, "shape": list(array.shape)}
            if array.dtype == np.float16:
                entry |= {"dtype": "float32", "quantization": {"dtype": "float16"}}
                shard += array.astype("<f2").tobytes()
            elif array.dtype.kind == "f":
                entry |= {"dtype": "float32"}
                shard += array.astype("<f4").tobytes()
            else:
                entry |= {"dtype": "int32"}
                shard += array.astype("<i4").tobytes()
            weights.append(entry)
        for name, op, inputs, attributes in nodes:
            attr = {key: _attribute(value) for key, value in attributes.items()}
            graph.append({"name": name, "op": op, "input": list(inputs), "attr": attr})
        content = {
            "format": "graph-model",
            "modelTopology": {"node": graph},
            "weightsManifest": [{"paths": ["tiny.bin"], "weights": weights}],
        }
        path = tmp_path / "tiny.json"
        path.write_text(json.dumps(content))
        (tmp_path / "tiny.bin").write_bytes(shard)
        return path

    return write


@pytest.fixture
def tiny_model(write_model: WriteModel) -> Path:
    """A sound model: a 3x3 convolution with a bias and Relu6; its output is `y`."""
    rng = np.random.default_rng(7)
    return write_model(
        [
            (
                "y",
                "_FusedConv2D",
                ["x", "kernel", "bias"],
                {
                    "strides": [1, 2, 2, 1],
                    "padding": "SAME",
                    "data_format": "NHWC",
                    "fused_ops": ["BiasAdd", "Relu6"],
                },
            )
        ],
        {
            "kernel": rng.normal(size=(3, 3, 3, 16)).astype(np.float16),
            "bias": rng.normal(size=16).astype(np.float32),
        },
    )
