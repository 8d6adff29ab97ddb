"""What the host keeps in memory, and how it is made: the two interfaces of a model family.

A backend describes its model as a `ModelSource` and asks for it with `tools.hosted(source)` (see
`..backends.Tools`). The host loads it on first use, gathers the items of waiting calls into
batches, and takes the model out of memory when room is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

Item = TypeVar("Item", contravariant=True)
Result = TypeVar("Result", covariant=True)
Kept = TypeVar("Kept")


class Placement(NamedTuple):
    """Where a model runs.

    Args:
        device: "cpu", "cuda", "cuda:1", "mps".
        dtype: the name of a torch floating-point type: "float32", "bfloat16", "float16".
    """

    device: str
    dtype: str


class Model(Protocol[Item, Result]):
    """A model in memory. The host calls it from one thread at a time."""

    def run(self, items: Sequence[Item]) -> Sequence[Result]:
        """One result for each item, in order; items of different shapes are padded or grouped here.

        Raises:
            ToolError: the items can't be served.
        """
        ...


class ModelSource(Protocol[Item, Result]):
    """How a model is loaded.

    One that always runs in the same place, as ONNX on the CPU, says so by an attribute `placement`;
    the user's settings don't move it.
    """

    @property
    def identity(self) -> str:
        """Equal for sources that load the same model: they share it."""
        ...

    def size(self) -> int:
        """Bytes that the model will take in float32, estimated before it is loaded."""
        ...

    def load(self, placement: Placement) -> Model[Item, Result]:
        """Loads the model.

        Raises:
            ModelError: the checkpoint is missing or wrong, or does not fit.
        """
        ...


class Hosted(Protocol[Item, Kept]):
    """A model that the host keeps, loaded or not."""

    def run(self, item: Item) -> Kept:
        """The result for one item, computed together with those that wait beside it.

        Raises:
            ModelError: the model can't be loaded.
            ToolError: the item can't be served, or the call was cancelled.
        """
        ...

    def run_all(self, items: Sequence[Item]) -> list[Kept]:
        """The results of several items."""
        ...
