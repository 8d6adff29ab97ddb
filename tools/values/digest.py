"""The digests of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from blake3 import blake3

from ..errors import InputError
from .depth import DepthMap
from .image import Image
from .limits import MAX_DEPTH, checked_text, checked_whole, deeper
from .region import Box, Keypoint, Region


def digest_of(value: object, about: str = "") -> str:
    """BLAKE3 of a value's type and content: equal for equal values, whatever made them.

    Args:
        value: whatever a program can hold.
        about: another digest, or nothing: the same value has another digest about another thing.

    Raises:
        InputError: as `to_json`.
    """
    return blake3(f"{about}{_canonical(value, MAX_DEPTH)}".encode()).hexdigest()


def _canonical(value: object, depth: int) -> str:
    """An unambiguous text for a value: every part is tagged, every string has its length."""
    match value:
        case Image():
            return f"I{value.digest}"
        case str():
            return f"s{len(value)}:{checked_text(value)}"
        case None | bool():
            return f"N{value}"
        case int():
            return f"i{checked_whole(value)}"
        case float():
            return f"f{float(value)}"
        case Region():
            return f"R{value.digest}"
        case list() | tuple():
            items, below = cast("Sequence[object]", value), deeper(depth)
            return f"[{','.join([_canonical(item, below) for item in items])}]"
        case DepthMap():
            return f"D{value.digest}"
        case Box():
            return f"B{value.xyxy!r}"
        case Keypoint():
            return f"K{value.canonical}"
        case _:
            raise InputError(f"a program can't hold a {type(value).__name__}")
