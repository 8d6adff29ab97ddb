"""Looking a second time: at the mirrored picture for things and colours, at a larger or smaller one
for text, from nearby at what was seen faintly; counting another way; and computing again what needs
no model.

A detector is trained to see both sides alike, and a reader several sizes, so what they see in one
look only is seen barely; and a result that was corrupted on its way does not agree with the second
look. Where a model is steadily wrong, both looks agree: this finds unsteady answers, not wrong
ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from ...tools.errors import CancelledError, ViscriptError, one_line
from ...tools.library import MODULES
from ...tools.toolbox import Toolbox
from ...tools.values import Box, Image, Mask, Region, digest_of, summary_of
from ..runs.step import Step
from .closer import Confirmed, closer_looks
from .counted import LISTS, WEIGHT, named_otherwise
from .expectations import Kind
from .findings import Finding, call_of
from .looks import Looks
from .sameness import SAME_IOU, SURE, apart, iou

LOOKS = frozenset({"find", "find_faces", "list_objects"})
"""The tools that look for things which a mirror leaves as they are; text it does not."""
READS = "read_text"
"""The tool that reads; it looks at the picture in another size."""
LARGER, SMALLER = 1.4, 0.7
"""By how much; smaller only where the picture is larger than `ENOUGH`."""
ENOUGH = 1200
"""Pixels of the longer side."""
SAME_TEXT = 0.8
"""Lines that are alike by this much (1: the same letters and digits) say the same."""
COLORS = "color_of"
"""The tool that names a region's colour; it looks at the region in the mirrored picture."""
MOST_LOOKS = 3
"""Steps of a run that are checked by a model."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A doubt that a second look takes away: its code, and the number of the step."""

    code: str
    step: int


def cross_checked(behind: Sequence[Step], kind: Kind, looks: Looks) -> Iterator[Finding | Settled]:
    """Doubts about what the steps behind an answer have found, and doubts that are settled.

    Args:
        behind: the steps.
        kind: the kind of answer that is wanted: for a yes or no, only whether something was found
            counts.
        looks: looks again: for each step once, and once more from nearby where it is faint.
    """
    yield from _computed_again(behind, looks.toolbox)
    checked = [one for one in behind if one.tool in (*LOOKS, READS, COLORS) and one.error is None]
    for step in checked[:MOST_LOOKS]:
        view = _view_of(step)
        if view is None or not looks.may_call(step.tool):
            continue
        doubts = list(_seen_again(step, view, kind, looks)) or list(_listed(step, kind, looks))
        yield from doubts or [Settled("nothing-found", step.number)]
    faint = [one for one in checked if one.tool in LOOKS]
    for one in closer_looks(faint, looks):
        yield Settled("faint", one.step) if isinstance(one, Confirmed) else one


def _seen_again(step: Step, view: _View, kind: Kind, looks: Looks) -> Iterator[Finding]:
    """Doubts about what a step saw, from another look."""
    try:
        seen = looks.see(step.tool, {**step.arguments, **view.arguments})
    except CancelledError:
        raise
    except ViscriptError as error:
        words = f"{call_of(step)} can't look at the picture {view.words}: {error.message}"
        yield Finding("unchecked", words, wrong=False, weight=0.2)
        return
    yield from view.compare(step, step.result, seen, kind)


def _listed(step: Step, kind: Kind, looks: Looks) -> Iterator[Finding]:
    """A doubt where naming everything gives another number of what was looked for.

    Only where both are the work of one model, which has seen the picture already: another one may
    be large, and not even loaded.
    """
    served = looks.toolbox.profile.tools
    one, other = served.get(step.tool), served.get(LISTS)
    if step.tool != "find" or one is None or other is None or not looks.may_call(LISTS):
        return
    if one.identity != other.identity:
        return
    try:
        listed = looks.see(LISTS, {"image": step.arguments["image"]})
    except CancelledError:
        raise
    except ViscriptError:
        # It found what it was asked for twice: this would only have been one more way.
        return
    words = named_otherwise(step, listed, kind, whole=True)
    if words:
        yield Finding("unsteady", words, wrong=False, weight=WEIGHT)


def _computed_again(behind: Sequence[Step], toolbox: Toolbox) -> Iterator[Finding]:
    """Doubts about results that need no model and come out otherwise when they are computed."""
    own = {one.__name__ for one in MODULES}
    for step in behind:
        contract = toolbox.registry.get(step.tool)
        if contract is None:
            # The request went on with other tools.
            continue
        traits = contract.traits
        if traits.backend or traits.reads_pixels or step.error is not None:
            continue
        if contract.function.__module__ not in own:
            # What somebody else's function does besides is not known.
            continue
        again: object = contract.function(**step.arguments)
        if digest_of(again) != digest_of(step.result):
            words = f"{call_of(step)} gave {summary_of(step.result)}, and now {summary_of(again)}"
            yield Finding("unsteady", one_line(words, 200), wrong=False, weight=0.6)


Comparison = Callable[[Step, Any, Any, Kind], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class _View:
    """How a step looks again: the arguments that are others, and how its results are compared."""

    arguments: Mapping[str, object]
    words: str
    compare: Comparison


def _view_of(step: Step) -> _View | None:
    """How a step looks again; None when what it looks at has no other side."""
    image, region = step.arguments.get("image"), step.arguments.get("region")
    if step.tool == COLORS:
        if isinstance(region, Image):
            return _View({"region": mirrored(region)}, "mirrored", _colored_again)
        if isinstance(region, Region):
            return _View({"region": mirrored_region(region)}, "mirrored", _colored_again)
    elif isinstance(image, Image):
        if step.tool == READS:
            return _View({"image": resized(image)}, "in another size", _read_again)
        return _View({"image": mirrored(image)}, "mirrored", _compared)
    return None


def mirrored_region(region: Region) -> Region:
    """A region where it is in the mirrored picture."""
    box, width = region.box, region.image.width
    turned = Box(width - box.right, box.top, width - box.left, box.bottom)
    mask = None if region.mask is None else Mask(region.mask.array[:, ::-1])
    return region.but(image=mirrored(region.image), box=turned, mask=mask, keypoints=())


def _colored_again(step: Step, first: str, second: str, kind: Kind) -> Iterator[Finding]:
    """A doubt where a colour has another name in the mirror."""
    if first != second:
        words = f"{call_of(step)} gave {first!r}, and {second!r} in the mirrored picture"
        yield Finding("unsteady", words, wrong=False, weight=0.5)


def mirrored(image: Image) -> Image:
    """The picture with left and right swapped."""
    return Image.from_array(image.pixels[:, ::-1], f"{image.origin}, mirrored")


def resized(image: Image) -> Image:
    """The picture larger, or, where it is large already, smaller."""
    factor = LARGER if max(image.size) <= ENOUGH else SMALLER
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    pixels = np.asarray(image.to_pil().resize(size))
    return Image.from_array(pixels, f"{image.origin}, in another size")


def _compared(
    step: Step, first: Sequence[Region], second: Sequence[Region], kind: Kind
) -> Iterator[Finding]:
    if kind == "truth" and bool(first) == bool(second):
        return
    unseen, more = apart(first, second, _is_same)
    if unseen or more:
        parts = [f"misses {unseen} of {len(first)}"] if unseen else []
        parts += [f"finds {more} more"] if more else []
        words = f"in the mirrored picture {call_of(step)} {' and '.join(parts)}"
        share = (unseen + more) / max(len(first), len(second))
        yield Finding("unsteady", words, wrong=False, weight=round(0.4 + 0.3 * share, 2))


def _read_again(
    step: Step, first: Sequence[Region], second: Sequence[Region], kind: Kind
) -> Iterator[Finding]:
    """Doubts about lines that one look reads otherwise, or not at all."""
    if kind == "truth" and bool(first) == bool(second):
        return
    lines, others = _lines(first), _lines(second)
    unread = sum(not any(_alike(one, other) for other in others) for one in lines)
    more = sum(not any(_alike(one, other) for one in lines) for other in others)
    if unread or more:
        parts = [f"misses {unread} of {len(lines)} lines"] if unread else []
        parts += [f"finds {more} more"] if more else []
        words = f"in another size of the picture {call_of(step)} {' and '.join(parts)}"
        share = max(unread / max(len(lines), 1), more / max(len(others), 1))
        yield Finding("unsteady", words, wrong=False, weight=round(0.2 + 0.5 * share, 2))


def _lines(regions: Sequence[Region]) -> list[str]:
    """The letters and digits of the lines that were read surely."""
    sure = (one.text.casefold() for one in regions if one.score >= SURE)
    plain = ("".join(filter(str.isalnum, one)) for one in sure)
    return [one for one in plain if one]


def _alike(one: str, other: str) -> bool:
    """Whether two lines say the same, but for a letter here and there."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SAME_TEXT


def _is_same(one: Region, other: Region) -> bool:
    """Whether a region and one of the mirrored picture show the same thing."""
    width, box = one.image.width, other.box
    back = Box(width - box.right, box.top, width - box.left, box.bottom)
    return one.label == other.label and iou(one.box, back) >= SAME_IOU
