"""`CheckpointSource`: a model of transformers as the host loads it, from a checkpoint of a profile.

A family gives it the function that makes the model. Sources of one checkpoint and function share
the model, whatever tools and thresholds they serve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from ..errors import InputError, ModelError
from ..hosting.model import Model, Placement
from ..hosting.pretrained import checkpoint_folder, config_of
from ..hosting.weights import tensors_of
from . import BackendSpec

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class CheckpointSource(Generic[Item, Result]):
    """A `ModelSource` of a checkpoint.

    Args:
        spec: the checkpoint: a hub id, or a folder in the hub's layout.
        make: loads the model where it is told.

    Raises:
        InputError: the profile names no checkpoint.
    """

    spec: BackendSpec
    make: Callable[[BackendSpec, Placement], Model[Item, Result]]

    def __post_init__(self) -> None:
        if not self.spec.checkpoint:
            raise InputError(
                f"the backend {self.spec.backend} needs a checkpoint",
                hint='name a hub id or a folder: checkpoint = "..."',
            )

    @property
    def identity(self) -> str:
        """The kind of model that is made, checkpoint and revision."""
        kind = f"{self.make.__module__}.{self.make.__qualname__}"
        return f"{kind}|{self.spec.checkpoint}|{self.spec.revision}"

    def size(self) -> int:
        """Bytes of the weights in float32; of pickled ones, those of their files.

        Raises:
            ModelError: the checkpoint is missing, or a safetensors file is broken.
        """
        folder = checkpoint_folder(self.spec)
        files = list(folder.glob("*.safetensors"))
        if not files:
            return sum(path.stat().st_size for path in folder.glob("*.bin"))
        return sum(map(_float32_bytes, files))

    def load(self, placement: Placement) -> Model[Item, Result]:
        """The model.

        Raises:
            ModelError: the checkpoint is missing or wrong, or does not fit.
        """
        return self.make(self.spec, placement)


def require_class(spec: BackendSpec, name: str) -> str:
    """The name of the class of transformers that a backend loads, if the checkpoint is one of it.

    A checkpoint for another task may have all the weights, and would say something at random.

    Raises:
        ModelError: the checkpoint's `config.json` names other classes only.
    """
    named: list[Any] = config_of(spec).get("architectures") or [name]
    if name not in named:
        raise ModelError(
            f"the checkpoint {spec.checkpoint} is a {named[0]}, and this takes a {name}",
            hint="name a checkpoint that was trained for the task",
        )
    return name


def _float32_bytes(path: Path) -> int:
    """Bytes that the tensors of a safetensors file take in float32; reads the header only."""
    try:
        return 4 * sum(tensor.numbers for tensor in tensors_of(path).values())
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} can't be read: {error}", hint="fetch it again") from None
