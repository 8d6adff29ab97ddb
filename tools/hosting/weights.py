"""What is in a safetensors file, read from its header alone, and whether the file can be whole.

The format is that of https://github.com/huggingface/safetensors: eight bytes of length, a header
of JSON, and the tensors one after another without holes.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NamedTuple, cast

MAX_HEADER = 100_000_000
"""Bytes of a header, as the format's own library limits it."""

BITS = {
    **dict.fromkeys(("F64", "I64", "U64", "C64"), 64),
    **dict.fromkeys(("F32", "I32", "U32"), 32),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 16),
    **dict.fromkeys(("F8_E4M3", "F8_E5M2", "F8_E8M0", "I8", "U8", "BOOL"), 8),
}


class Tensor(NamedTuple):
    """A tensor of a file: its type, as the format names it, and its shape."""

    dtype: str
    shape: tuple[int, ...]

    @property
    def numbers(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


def tensors_of(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file by name.

    Raises:
        OSError: the file can't be read.
        ValueError: it is no safetensors file, or can't be whole; one line says why.
    """
    size = path.stat().st_size
    if not path.is_file():
        raise ValueError("it is no regular file")
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(MAX_HEADER, size - 8):
            raise ValueError("it is cut short, or no safetensors file")
        try:
            header: Any = json.loads(file.read(length))
        except (ValueError, RecursionError):
            raise ValueError("its header is no JSON") from None
    if not isinstance(header, dict):
        raise ValueError("its header is no object")
    entries = cast("dict[str, Any]", header)
    tensors: dict[str, Tensor] = {}
    spans: list[tuple[int, int]] = []
    for name, entry in entries.items():
        if name != "__metadata__":
            tensors[name], span = _tensor(name, entry)
            spans.append(span)
    _require_no_holes(spans, size - 8 - length)
    return tensors


def _tensor(name: str, entry: Any) -> tuple[Tensor, tuple[int, int]]:
    match entry:
        case {"dtype": str(dtype), "shape": [*shape], "data_offsets": [begin, end]} if all(
            map(_is_count, [*shape, begin, end])
        ):
            tensor = Tensor(dtype, tuple(shape))
            bits = BITS.get(dtype)
            if bits is not None and 8 * (end - begin) != bits * tensor.numbers:
                raise ValueError(f"{name} has {end - begin} bytes, not those of its shape")
            return tensor, (begin, end)
        case _:
            raise ValueError(f"its header does not describe {name}")


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _require_no_holes(spans: list[tuple[int, int]], length: int) -> None:
    place = 0
    for begin, end in sorted(spans):
        if begin != place or end < begin:
            raise ValueError("its tensors overlap, or leave holes")
        place = end
    if place != length:
        raise ValueError(f"it has {length} bytes of tensors where its header says {place}")
