"""What a value is, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from .depth import DepthMap
from .image import Image
from .region import Box, Keypoint, Region


def summary_of(value: object, limit: int = 160) -> str:
    """One line that tells a person or a planner what a value is."""
    match value:
        case Image() | Region() | DepthMap():
            text = value.summary
        case Box():
            text = "box ({:.0f},{:.0f})-({:.0f},{:.0f})".format(*value.xyxy)
        case Keypoint():
            text = f"{value.name} at ({value.x:.0f},{value.y:.0f})"
        case float():
            text = f"{value:.6g}"
        case list() | tuple():
            items = cast("Sequence[object]", value)
            inner = ", ".join(summary_of(item, 60) for item in items[:4])
            more = f", ... {len(items)} in all" if len(items) > 4 else ""
            text = f"[{inner}{more}]"
        case _:
            text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
