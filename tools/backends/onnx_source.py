"""`OnnxSource`: a model of exported ONNX files as the host loads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from ..errors import InputError
from ..hosting.model import Model, Placement
from ..hosting.placement import CPU
from . import BackendSpec

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class OnnxSource(Generic[Item, Result]):
    """A `ModelSource` of a folder with ONNX files, which run on the CPU.

    Args:
        spec: the folder.
        make: loads the model.

    Raises:
        InputError: the profile names no folder.
    """

    spec: BackendSpec
    make: Callable[[BackendSpec, Placement], Model[Item, Result]]

    def __post_init__(self) -> None:
        if not self.spec.checkpoint:
            raise InputError(
                f"the backend {self.spec.backend} needs a checkpoint",
                hint="name the folder that `viscript models export --onnx` wrote",
            )

    @property
    def placement(self) -> Placement:
        """Where it runs; torch is not asked."""
        return CPU

    @property
    def identity(self) -> str:
        """Backend and folder."""
        return f"{self.spec.backend}|{self.spec.checkpoint}"

    def size(self) -> int:
        """Bytes of the files."""
        folder = Path(self.spec.checkpoint).expanduser()
        return sum(path.stat().st_size for path in folder.glob("*.onnx*"))

    def load(self, placement: Placement) -> Model[Item, Result]:
        """The model.

        Raises:
            ModelError: a file is missing or broken.
        """
        return self.make(self.spec, placement)
