"""Writing a network of torch as an ONNX file."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import ModelError

OPSET = 18


def export_network(
    network: Any,
    function: Any,
    path: Path,
    inputs: Mapping[str, Any],
    outputs: Sequence[str],
    free: Sequence[int] = (),
) -> Path:
    """Traces what a function does with a network, and writes it as ONNX.

    Args:
        network: the network, whose weights the file will hold.
        function: calls the network and returns a tensor.
        path: the file.
        inputs: an example of each tensor that it takes, by name.
        outputs: the names of what it returns.
        free: the dimensions of the first input that may change, besides the number of items.

    Raises:
        ModelError: the package onnx is missing, or the network can't be written so.
    """
    torch: Any = importlib.import_module("torch")

    class Traced(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()  # pyright: ignore[reportUnknownMemberType]
            self.network = network

        def forward(self, *tensors: Any) -> Any:
            return function(*tensors)

    names = list(inputs)
    axes = {name: {0: "n"} for name in [*names, *outputs]}
    axes[names[0]] |= {axis: f"{names[0]}_{axis}" for axis in free}
    with warnings.catch_warnings(), torch.inference_mode():
        # Tracing warns of every shape that it fixes, and that a newer exporter, which needs one
        # package more, will replace it.
        warnings.simplefilter("ignore")
        try:
            torch.onnx.export(
                Traced().eval(),
                tuple(inputs.values()),
                str(path),
                input_names=names,
                output_names=list(outputs),
                dynamic_axes=axes,
                opset_version=OPSET,
                dynamo=False,
            )
        except ModuleNotFoundError as error:
            raise ModelError(
                f"writing ONNX needs the package {error.name}",
                hint="pip install 'viscript[convert]'",
            ) from None
        except (RuntimeError, torch.onnx.errors.OnnxExporterError) as error:
            raise ModelError(f"{path.name} can't be written as ONNX: {error}") from error
    return path
