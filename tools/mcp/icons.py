"""Icons of the server and its tools: line drawings, one for each kind of tool."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import mcp_types as types

_SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "viscript": '<path d="M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7z"/>'
        '<circle cx="12" cy="12" r="3"/>',
        "detection": '<circle cx="10" cy="10" r="6"/><path d="M15 15l6 6"/>',
        "segmentation": '<path d="M4 14c0-6 5-10 9-9s8 4 7 9-5 6-9 6-7-2-7-6z" '
        'stroke-dasharray="3 2"/>',
        "selection": '<path d="M4 12l5 5L20 6"/>',
        "geometry": '<path d="M3 17L17 3l4 4L7 21zM7 13l2 2M11 9l2 2M15 5l2 2"/>',
        "crops": '<path d="M6 2v16h16M2 6h16v16"/>',
        "depth": '<path d="M12 3l9 5-9 5-9-5zM3 12l9 5 9-5M3 16l9 5 9-5"/>',
        "language": '<path d="M4 5h16v11H10l-5 4v-4H4z"/>',
        "edits": '<path d="M4 20l1-5L16 4l4 4L9 19zM14 6l4 4"/>',
        "saving": '<path d="M12 3v12M7 10l5 5 5-5M4 20h16"/>',
        "programs": '<path d="M8 6l-6 6 6 6M16 6l6 6-6 6"/>',
    }
)
"""What is drawn for each kind, on a square of 24 by 24: modules of `tools/library/`, and more."""


@cache
def icons_of(kind: str) -> list[types.Icon]:
    """The icon of a kind of tool; the server's own for a kind that has none."""
    shape = _SHAPES.get(kind, _SHAPES["viscript"])
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" '
        'stroke="#2563eb" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
        f"{shape}</svg>"
    )
    data = base64.b64encode(drawing.encode()).decode()
    return [
        types.Icon(
            src=f"data:image/svg+xml;base64,{data}", mime_type="image/svg+xml", sizes=["any"]
        )
    ]
