"""`OnnxModel`: an ONNX network on the CPU, run by onnxruntime and stopped when its call is."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cancellation import current_cancellation
from ..errors import ModelError

THREADS = 2
"""Threads inside one run: the smallest machine that viscript is made for has two cores."""

SHIPPED = Path(__file__).parents[1] / "models"
"""The folder of the models that come with the package."""

_ONLY_FATAL = 4
"""onnxruntime's level for its own log: its errors are raised, and stderr belongs to the user."""


class OnnxModel:
    """A network in an ONNX file; several threads may run it at once.

    Args:
        path: the file.
        hint: what a person can do when there is no such file.

    Raises:
        ModelError: there is no such file, or onnxruntime can't load it.
    """

    def __init__(self, path: Path, *, hint: str = "") -> None:
        runtime: Any = import_module("onnxruntime")
        if not path.is_file():
            raise ModelError(f"there is no model file {path}", hint=hint)
        self._runtime = runtime
        options = self._runtime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.log_severity_level = _ONLY_FATAL
        # Threads that wait in a loop take 70 % more CPU time, from steps that run meanwhile.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = self._runtime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except _errors() as error:
            raise ModelError(f"{path} can't be loaded as an ONNX model: {error}") from error

    @classmethod
    def from_checkpoint(cls, checkpoint: str, shipped: str) -> OnnxModel:
        """The file that a profile names as `checkpoint`, or the model that comes as `shipped`."""
        if checkpoint:
            return cls(Path(checkpoint).expanduser(), hint="check the profile's checkpoint")
        return cls(SHIPPED / f"{shipped}.onnx", hint="install viscript again")

    def run(self, image: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """Runs a network that takes pictures.

        Args:
            image: what it takes as `image`: uint8 RGB of shape (N, H, W, 3).

        Returns:
            Its outputs by name.

        Raises:
            CancelledError: the call was stopped meanwhile.
            ModelError: the network can't run on this.
        """
        return self.run_on({"image": image})

    def run_on(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
        """Runs the network once, on its inputs by name; otherwise like `run`."""
        cancellation = current_cancellation()
        cancellation.check()
        options = self._runtime.RunOptions()
        options.log_severity_level = _ONLY_FATAL

        def stop() -> None:
            options.terminate = True

        names = [output.name for output in self._session.get_outputs()]
        try:
            with cancellation.calling(stop):
                outputs = self._session.run(names, dict(inputs), options)
        except _errors() as error:
            cancellation.check()
            raise ModelError(f"the model failed: {error}") from error
        return dict(zip(names, outputs, strict=True))


def _errors() -> tuple[type[Exception], ...]:
    """What onnxruntime raises: its exceptions have no common base class of their own."""
    state: Any = import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoModel", "NoSuchFile")
    more = ("NotFound", "NotImplemented", "RuntimeException", "EPFail", "EngineError")
    return tuple(getattr(state, name) for name in (*names, *more))
