"""Showing a value to people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from ...tools.values import Image, Region
from ..words import words_of
from .terminal import Terminal


def show_value(terminal: Terminal, value: object, saved: Path | None = None) -> None:
    """Prints an answer: words as they are, regions as a table, a picture by where it was saved."""
    if isinstance(value, (list, tuple)):
        items = cast("Sequence[object]", value)
        if items and all(isinstance(item, Region) for item in items):
            show_regions(terminal, cast("Sequence[Region]", items))
        elif items:
            for item in items:
                terminal.line((words_of(item), "bold"))
        else:
            terminal.line(("none", "bold"))
    elif isinstance(value, Image) and saved is not None:
        terminal.line(
            (f"image {value.width}x{value.height}", "bold"), (" is in ", "dim"), str(saved)
        )
    else:
        terminal.line((words_of(value), "bold"))


def show_regions(terminal: Terminal, regions: Sequence[Region]) -> None:
    """Prints regions, one a row."""
    with_text = any(region.text for region in regions)
    rows = (
        (
            str(number),
            (region.label or "region", "bold"),
            f"{region.score:.2f}",
            "({:.0f},{:.0f})-({:.0f},{:.0f})".format(*region.box.xyxy),
            *((region.text,) if with_text else ()),
            region.method,
        )
        for number, region in enumerate(regions, 1)
    )
    headings = ("", "label", "score", "box", *(("text",) if with_text else ()), "mask")
    terminal.table(headings, rows)
