"""What a value is, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from .depth import DepthMap
from .image import Image
from .region import Box, Keypoint, Region


def summary_of(value: object, limit: int = 160) -> str:
    """One line that tells a person or a planner what a value is."""
    return _summary(value, limit, depth=3)


def _summary(value: object, limit: int, depth: int) -> str:
    match value:
        case Image() | Region() | DepthMap():
            text = value.summary
        case Box():
            text = "box ({:.0f},{:.0f})-({:.0f},{:.0f})".format(*value.xyxy)
        case Keypoint():
            text = f"{value.name} at ({value.x:.0f},{value.y:.0f})"
        case int() if value.bit_length() > 10_000:
            text = f"a whole number of {value.bit_length()} bits"
        case float():
            text = f"{value:.6g}"
        case list() | tuple():
            items = cast("Sequence[object]", value)
            shown = items[: 4 if depth else 0]
            inner = ", ".join(_summary(item, 60, depth - 1) for item in shown)
            more = f", ... {len(items)} in all" if len(items) > len(shown) else ""
            text = f"[{inner}{more}]"
        case _:
            text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
