"""Weights in one file, as their authors publish them: .pth, or .safetensors.

A .pth is read by the loader that takes tensors and plain values only, and runs nothing.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from ..errors import ModelError
from ..hosting.model import Model, Placement
from ..hosting.shortage import is_out_of_memory
from . import BackendSpec

Item = TypeVar("Item")
Result = TypeVar("Result")

EXTENSIONS = (".pth", ".pt", ".safetensors")

SHOWN = 3
"""Names of weights that an error lists."""


@dataclass(frozen=True)
class WeightFileSource(Generic[Item, Result]):
    """A `ModelSource` of a file with weights.

    Args:
        spec: names the file, or a folder with one such file, as its checkpoint.
        where: what a person can do who has none.
        make: builds the model from the file's path.
        loading: the options that the loaded model depends on.
    """

    spec: BackendSpec
    where: str
    make: Callable[[BackendSpec, Path, Placement], Model[Item, Result]]
    loading: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """The kind of model that is made, its file, and the options that it depends on."""
        kind = f"{self.make.__module__}.{self.make.__qualname__}"
        options = {name: self.spec.options.get(name) for name in self.loading}
        return f"{kind}|{self.spec.checkpoint}|{options}"

    def size(self) -> int:
        """Bytes of the file, whose weights are float32.

        Raises:
            ModelError: there is no such file.
        """
        return self._file().stat().st_size

    def load(self, placement: Placement) -> Model[Item, Result]:
        """The model.

        Raises:
            ModelError: the file is missing, damaged, of another network, or not allowed.
        """
        return self.make(self.spec, self._file(), placement)

    def _file(self) -> Path:
        path = Path(self.spec.checkpoint).expanduser()
        found = [path]
        if path.is_dir():
            found = [one for one in sorted(path.iterdir()) if one.suffix in EXTENSIONS]
        if not self.spec.checkpoint or len(found) != 1 or not found[0].is_file():
            wanted = f"one file with weights ({', '.join(EXTENSIONS)})"
            raise ModelError(
                f"the checkpoint {self.spec.checkpoint!r} of the backend {self.spec.backend} is "
                f"not {wanted}",
                hint=self.where,
            )
        return found[0]


def read_weights(spec: BackendSpec, path: Path) -> dict[str, Any]:
    """The tensors of a file by name, on the CPU.

    Raises:
        ModelError: the profile doesn't allow such a file, it is damaged, or it holds anything but
            tensors and plain values.
    """
    if path.suffix != ".safetensors" and not spec.pickle:
        raise ModelError(
            f"{path} is a pickled file, which the profile does not allow",
            hint="write pickle = true beside its checkpoint; only weights are read, no code is run",
        )
    try:
        content = _content(path)
    # Foreign files: each library that reads them has errors of its own.
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise ModelError(
            f"{path} is damaged, or holds more than weights",
            hint="download it again, from its authors",
        ) from None
    inner = content.get("model", content)
    if not isinstance(inner, Mapping) or not inner:
        raise ModelError(f"{path} holds no weights by name", hint="give the file of its authors")
    named = cast("Mapping[object, Any]", inner)
    return {str(name).removeprefix("module."): tensor for name, tensor in named.items()}


def _content(path: Path) -> Mapping[str, Any]:
    if path.suffix == ".safetensors":
        return importlib.import_module("safetensors.torch").load_file(path)
    torch: Any = importlib.import_module("torch")
    content: object = torch.load(path, map_location="cpu", weights_only=True)
    return cast("Mapping[str, Any]", content) if isinstance(content, Mapping) else {}


def fill(
    network: Any, weights: Mapping[str, Any], path: Path, *, unused: tuple[str, ...] = ()
) -> None:
    """Puts weights into a network.

    Args:
        network: the network.
        weights: tensors by name.
        path: where they came from, for people.
        unused: how the names of weights begin that only training needs.

    Raises:
        ModelError: a weight is missing, too many, or of another shape.
    """
    expected: dict[str, Any] = network.state_dict()
    given = {
        name: one for name, one in weights.items() if name in expected or not _any(name, unused)
    }
    bad = [name for name in [*expected, *given] if (name in expected) != (name in given)]
    for name, tensor in given.items():
        if name in expected and getattr(tensor, "shape", None) != expected[name].shape:
            bad.append(name)
    if bad:
        raise ModelError(
            f"{path} is of another network: {len(bad)} weights don't fit, such as "
            f"{', '.join(bad[:SHOWN])}",
            hint="check the profile's checkpoint and the options that describe the network",
        )
    network.load_state_dict(given)


def _any(name: str, beginnings: tuple[str, ...]) -> bool:
    return any(map(name.startswith, beginnings))
