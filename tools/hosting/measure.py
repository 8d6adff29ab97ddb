"""How much memory a loaded model takes, seen in the tensors that it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import FunctionType, MethodType, ModuleType
from typing import Any, cast

from .encodings import Encodings

DEPTH = 4
"""Attributes, closures and containers within one another that are looked into: a pipeline in a
model has its networks at 2, a network that a function of the model closes over is at 3."""

LONGEST = 64
"""Containers with more items are vocabularies and the like, not networks."""


def measured_bytes(model: object) -> int:
    """The bytes of the weights that a model holds; 0 where there are none to be seen.

    They are counted in torch modules (their parameters and buffers), tensors and arrays; what
    several share counts once. Encodings don't count.
    """
    tensors: dict[int, int] = {}
    for tensor in _tensors(model, DEPTH, set()):
        tensors[id(tensor)] = int(tensor.nbytes)
    return sum(tensors.values())


def encodings_of(model: object) -> Encodings[Any] | None:
    """The encodings that a model keeps."""
    found = getattr(model, "encodings", None)
    return cast("Encodings[Any]", found) if isinstance(found, Encodings) else None


def _tensors(value: Any, depth: int, seen: set[int]) -> Iterator[Any]:
    if id(value) in seen or isinstance(value, (Encodings, ModuleType, type, str, bytes)):
        return
    seen.add(id(value))
    if isinstance(getattr(value, "nbytes", None), int):
        yield value
    elif callable(getattr(value, "parameters", None)) and callable(getattr(value, "buffers", None)):
        yield from value.parameters()
        yield from value.buffers()
    elif depth:
        for part in _parts(value):
            yield from _tensors(part, depth - 1, seen)


def _parts(value: Any) -> list[Any]:
    """What an object, a function or a container holds."""
    if isinstance(value, MethodType):
        return [value.__self__]
    if isinstance(value, FunctionType):
        return [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
    if isinstance(value, Mapping):
        values = list(cast("Mapping[Any, Any]", value).values())
    elif isinstance(value, (list, tuple)):
        values = list(cast("list[Any]", value))
    else:
        return list(getattr(value, "__dict__", {}).values())
    return values if len(values) <= LONGEST else []


def _is_filled(cell: Any) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True
