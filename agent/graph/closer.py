"""A closer look at what was seen faintly: the detector sees the region and what is around it again,
larger.

Detectors see a picture at one size, in which a small thing has few pixels. What is there is mostly
seen better from nearby; what a shadow or a pattern was taken for is mostly not seen any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...tools.errors import CancelledError, ViscriptError
from ...tools.values import Box, Image, Region
from ..runs.step import Step
from .findings import FAINT, Finding, call_of, regions_of
from .looks import Looks
from .sameness import SAME_IOU, iou

MOST_REGIONS = 3
"""Regions of a run that are looked at closer, one call of their tool each."""
AROUND = 2.0
"""What is seen: the region's box, so many times as wide and as high."""
WHOLE = 0.5
"""A closeup that shows more of the picture than this share is no closer look."""
MOST_ENLARGED = 4.0
"""Pixels that are enlarged further show nothing new."""
NOT_CONFIRMED = 0.3
"""What it takes from the confidence that a faint region is not seen from nearby."""


@dataclass(frozen=True, slots=True)
class Closeup:
    """A region with what is around it, enlarged.

    Args:
        image: what is seen.
        left, top: where it begins, in pixels of the whole picture.
        across, down: by how much it is enlarged.
    """

    image: Image
    left: int
    top: int
    across: float
    down: float

    @classmethod
    def of(cls, region: Region) -> Closeup | None:
        """The closeup of a region; None where it would show most of the picture."""
        whole = region.image
        left, top, right, bottom = region.box.scaled(AROUND).to_pixels(whole.size)
        width, height = right - left, bottom - top
        if width * height > WHOLE * whole.width * whole.height:
            return None
        factor = min(max(whole.size) / max(width, height), MOST_ENLARGED)
        size = (round(width * factor), round(height * factor))
        part = Image.from_array(whole.pixels[top:bottom, left:right]).to_pil().resize(size)
        image = Image.from_array(np.asarray(part), f"{whole.origin}, closer")
        return cls(image, left, top, size[0] / width, size[1] / height)

    def shows(self, seen: Region, region: Region) -> bool:
        """Whether something that was seen in the closeup is the region."""
        box = seen.box
        back = Box(
            self.left + box.left / self.across,
            self.top + box.top / self.down,
            self.left + box.right / self.across,
            self.top + box.bottom / self.down,
        )
        same = seen.label == region.label and iou(back, region.box) >= SAME_IOU
        return same and seen.score >= FAINT


@dataclass(frozen=True, slots=True)
class Confirmed:
    """All that a step saw faintly is seen from nearby, too: the number of the step."""

    step: int


def closer_looks(steps: Sequence[Step], looks: Looks) -> Iterator[Finding | Confirmed]:
    """What of the faint regions that steps have found is seen from nearby.

    Args:
        steps: steps that found regions in a picture.
        looks: calls their tools again, `MOST_REGIONS` times at most.
    """
    left = MOST_REGIONS
    for step in steps:
        faint = [one for one in regions_of(step.result) if one.score < FAINT]
        closeups = [(one, Closeup.of(one)) for one in faint[:left]]
        left -= len(closeups)
        lost: list[Region] = []
        checked = len(closeups) == len(faint)
        for region, closeup in closeups:
            if closeup is None or not looks.may_call(step.tool):
                checked = False
                continue
            try:
                seen = looks.see(step.tool, {**step.arguments, "image": closeup.image})
            except CancelledError:
                raise
            except ViscriptError:
                # The doubt that it is faint is told anyway.
                checked = False
                continue
            if not any(closeup.shows(one, region) for one in seen):
                lost.append(region)
        if lost:
            places = ", ".join(one.summary for one in lost)
            words = f"a closer look does not confirm what {call_of(step)} found: {places}"
            yield Finding("unconfirmed", words, wrong=False, weight=NOT_CONFIRMED, step=step.number)
        elif faint and checked:
            yield Confirmed(step.number)
