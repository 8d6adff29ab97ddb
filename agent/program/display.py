"""Values as text: in f-strings, `str(...)` and `join(...)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from ...tools.values import summary_of
from .budget import Meter
from .diagnostics import FaultError


def display(value: object, meter: Meter) -> str:
    """A value as a person reads it: text as it is, lists in brackets, others by their summary."""
    parts: list[str] = []
    _show(value, meter, parts, inside=False)
    return "".join(parts)


def _show(value: object, meter: Meter, parts: list[str], inside: bool) -> None:
    if isinstance(value, (list, tuple)):
        parts.append("[")
        for position, item in enumerate(cast("Sequence[object]", value)):
            meter.spend()
            parts.append(", " if position else "")
            _show(item, meter, parts, inside=True)
        parts.append("]")
        return
    if isinstance(value, str):
        meter.characters(len(value))
        parts.append(repr(value) if inside else value)
        return
    text = str(value) if value is None or isinstance(value, (int, float)) else summary_of(value)
    meter.characters(len(text))
    parts.append(text)


def formatted(value: Any, spec: str, meter: Meter) -> str:
    """A number in one of the formats that f-strings may have."""
    meter.characters(8)
    try:
        return format(value, spec)
    except OverflowError:
        raise FaultError(
            "number-too-large", "this number is too large for its format", "use a smaller one"
        ) from None
