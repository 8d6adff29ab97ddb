"""Set-of-Mark overlays: what a planner with eyes is shown of the regions that its steps found.

Yang et al., "Set-of-Mark Prompting", 2023: a model that sees numbers in a picture can speak of what
they stand on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from ...tools.errors import InputError, ToolError, one_line
from ...tools.values import Image, Region, summary_of
from ..planners.planner import Marked
from ..runs.run import Run
from .dependencies import Dependencies
from .state import AttemptState, MarkedState

MARK = "mark"
"""The tool that draws them."""
MOST_REGIONS = 20
"""Regions that are numbered in one picture."""


def kept_marks(run: Run, before: int, name: str, deps: Dependencies) -> list[MarkedState]:
    """Draws the regions that a run found into its pictures, and keeps these as files.

    Args:
        run: what ran.
        before: lines of the program that ran before, whose regions were shown already.
        name: the start of the files' names.
        deps: whether the planner looks at pictures, and where they may be kept.

    Raises:
        InputError: they can't be kept.
    """
    looks = getattr(deps.planner, "looks_at_pictures", False)
    if not looks or deps.scratch is None or MARK not in deps.toolbox.offered:
        return []
    kept: list[MarkedState] = []
    for number, image in enumerate(run.images, 1):
        regions = list(_found_in(image, run, before))[:MOST_REGIONS]
        if not regions:
            continue
        try:
            drawn = deps.toolbox.invoke(
                MARK, {"image": image, "regions": regions}, cancellation=deps.cancellation
            ).value
        except ToolError:
            # Only a help for the planner: without it, it still has the regions in words.
            continue
        path = deps.scratch / f"{name}-{number}.png"
        try:
            deps.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(cast("Image", drawn).to_png())
        except OSError as error:
            raise InputError(
                f"the request can't be kept in {deps.scratch}: {error.strerror or error}",
                hint="make room, or set VISCRIPT_HOME to another folder",
            ) from error
        words = [f"{at} = {one_line(summary_of(one), 120)}" for at, one in enumerate(regions, 1)]
        kept.append(MarkedState(path=str(path), marks=words))
    return kept


def marks_of(attempt: AttemptState, deps: Dependencies) -> Sequence[Marked]:
    """The overlays of an attempt, opened again; those that are gone are left out."""
    found: list[Marked] = []
    for one in attempt["marked"]:
        if Path(one["path"]).is_file():
            found.append(Marked(deps.toolbox.image(one["path"]), one["marks"]))
    return found


def _found_in(image: Image, run: Run, before: int) -> Iterator[Region]:
    """The regions of a picture that the new steps found, each once."""
    seen: set[Region] = set()
    for step in run.steps:
        if step.line <= before:
            continue
        result = step.result
        items = cast("Sequence[object]", result) if isinstance(result, (list, tuple)) else [result]
        for one in items:
            if isinstance(one, Region) and one.image == image and one not in seen:
                seen.add(one)
                yield one
