"""The tools: what each one promises. A module a subject; backends say how."""

from __future__ import annotations

from . import (
    crops,
    depth,
    detection,
    edits,
    generation,
    geometry,
    language,
    segmentation,
    selection,
)

MODULES = (
    *(detection, segmentation, selection, geometry, crops, depth, language, edits, generation),
)
"""The modules whose tools every registry has, in the order of the reference."""
