"""What can be told of a model from its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from ..errors import ModelError
from .hub import WEIGHTS, read_json
from .inventory import Requirement
from .placement import placement_for
from .settings import HostSettings, from_environment, in_words
from .weights import Tensor, tensors_of


class About(NamedTuple):
    """Facts on a model.

    Args:
        architecture: as its configuration names it; empty where there is none.
        parameters: how many numbers its weights are; 0 where that can't be told.
        types: of those numbers, as safetensors names them.
        placement: where it would run on this machine.
        files: its files of weights, by name.
    """

    architecture: str
    parameters: int
    types: tuple[str, ...]
    placement: str
    files: tuple[str, ...]


def about(model: Requirement) -> About:
    """What the files of a model say; empty values where it is not here."""
    folder = model.place if model.place is not None and model.place.is_dir() else None
    tensors = _tensors(folder) if folder is not None else []
    parameters = sum(one.numbers for one in tensors)
    names = () if folder is None else tuple(_names(folder))
    return About(
        architecture="" if folder is None else _architecture(folder),
        parameters=parameters,
        types=tuple(sorted({one.dtype for one in tensors})),
        placement=_placement(4 * parameters) if parameters else "",
        files=names if model.place is None or folder is not None else (model.place.name,),
    )


def _names(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.suffix in WEIGHTS)
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _tensors(folder: Path) -> list[Tensor]:
    tensors: list[Tensor] = []
    for path in sorted(folder.rglob("*.safetensors")):
        try:
            tensors += tensors_of(path).values()
        except (OSError, ValueError):
            continue  # `viscript models verify` says what is wrong with it
    return tensors


def _architecture(folder: Path) -> str:
    for name, key in (("config.json", "model_type"), ("model_index.json", "_class_name")):
        try:
            config: Any = read_json(folder / name)
        except (OSError, ValueError):
            continue
        if isinstance(config, dict) and isinstance(config.get(key), str):  # pyright: ignore[reportUnknownMemberType]
            return str(config[key])  # pyright: ignore[reportUnknownArgumentType]
    return ""


def _placement(size: int) -> str:
    try:
        place = placement_for(from_environment(HostSettings()), size)
    except ModelError as error:
        return str(error)
    taken = size if place.dtype == "float32" else size // 2
    return f"{place.device} in {place.dtype}, {in_words(taken)}"
