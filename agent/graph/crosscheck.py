"""Looking a second time: what was found in a picture must be found in its mirror image too.

A detector is trained to see both alike, so a thing that it sees in one only is seen barely; and a
result that was corrupted on its way does not agree with the second look. Where the detector is
steadily wrong, both looks agree: this finds unsteady answers, not wrong ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from ...tools.backends.detections import overlaps
from ...tools.cancellation import Cancellation
from ...tools.errors import CancelledError, ToolError
from ...tools.toolbox import Toolbox
from ...tools.values import Box, Image, Region
from ..runs.step import Step
from .expectations import Kind
from .judge import Finding, call_of

LOOKS = frozenset({"find", "find_faces", "list_objects"})
"""The tools that look for things which a mirror leaves as they are; text it does not."""
MOST_LOOKS = 3
"""Steps of a run that are checked."""
SAME_IOU = 0.5
"""Boxes that overlap this much show the same thing."""
SURE = 0.5
"""Only what one look sees with this score must be seen by the other one, at any score. Without it
every second honest result on photos was doubted; with it, one in twenty."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Both looks see the same: the number of the step."""

    step: int


def cross_checked(
    behind: Sequence[Step], kind: Kind, toolbox: Toolbox, cancellation: Cancellation
) -> Iterator[Finding | Agreement]:
    """Doubts about what the steps behind an answer have found, and where both looks agree.

    Args:
        behind: the steps.
        kind: the kind of answer that is wanted: for a yes or no, only whether something was found
            counts.
        toolbox: looks again; each look is one more call of the tool, or comes from the cache.
        cancellation: the person's request to stop.
    """
    looks = [one for one in behind if one.tool in LOOKS and one.error is None]
    for step in looks[:MOST_LOOKS]:
        image = step.arguments.get("image")
        if not isinstance(image, Image) or toolbox.registry[step.tool].traits.costs_money:
            continue
        arguments = dict(step.arguments) | {"image": mirrored(image)}
        try:
            seen = toolbox.invoke(step.tool, arguments, cancellation=cancellation).value
        except CancelledError:
            raise
        except ToolError as error:
            words = f"{call_of(step)} can't look at the mirrored picture: {error.message}"
            yield Finding("unchecked", words, wrong=False, weight=0.2)
            continue
        doubts = list(_compared(step, cast("list[Region]", step.result), seen, kind))
        yield from doubts or [Agreement(step.number)]


def mirrored(image: Image) -> Image:
    """The picture with left and right swapped."""
    return Image.from_array(image.pixels[:, ::-1], f"{image.origin}, mirrored")


def _compared(
    step: Step, first: Sequence[Region], second: Sequence[Region], kind: Kind
) -> Iterator[Finding]:
    if kind == "truth" and bool(first) == bool(second):
        return
    others = list(second)
    unseen = 0
    for one in first:
        same = next((other for other in others if _is_same(one, other)), None)
        if same is not None:
            others.remove(same)
        elif one.score >= SURE:
            unseen += 1
    more = sum(one.score >= SURE for one in others)
    if unseen or more:
        parts = [f"misses {unseen} of {len(first)}"] if unseen else []
        parts += [f"finds {more} more"] if more else []
        words = f"in the mirrored picture {call_of(step)} {' and '.join(parts)}"
        share = (unseen + more) / max(len(first), len(second))
        yield Finding("unsteady", words, wrong=False, weight=round(0.4 + 0.3 * share, 2))


def _is_same(one: Region, other: Region) -> bool:
    """Whether a region and one of the mirrored picture show the same thing."""
    width, box = one.image.width, other.box
    back = Box(width - box.right, box.top, width - box.left, box.bottom)
    return one.label == other.label and iou(one.box, back) >= SAME_IOU


def iou(one: Box, other: Box) -> float:
    """Intersection over union."""
    first, second = (np.array([box.xyxy], dtype=np.float32) for box in (one, other))
    return float(overlaps(first, second)[0, 0])
