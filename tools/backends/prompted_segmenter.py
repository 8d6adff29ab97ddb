"""`segment` on top of any network that takes prompts: boxes when given, else a grid of points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..hosting.encodings import Encodings
from ..hosting.model import Hosted
from ..library.geometry import regions_in
from ..values import Box, Image, Mask, Region
from .detections import Floats
from .given_regions import distinct_regions
from .mask_generator import Cut, Everything, box_of, everything
from .promptable import Encoded, Promptable, enlarged

ENCODINGS_BYTES = 256 * 2**20
"""What encodings of pictures may take: some 60 of SAM's, 4 MB each."""

BOXES_AT_ONCE = 64
"""Boxes that are decoded together."""


class Prompted(NamedTuple):
    """What a network is asked.

    Args:
        image: the picture.
        prompt: boxes (N, 4) in its pixels, or the rules for everything in it.
    """

    image: Image
    prompt: Floats | Everything


class PromptedModel:
    """A network in memory, with the encodings of the pictures that it saw last."""

    def __init__(self, network: Promptable) -> None:
        self._network = network
        self.encodings: Encodings[Encoded] = Encodings(ENCODINGS_BYTES)

    def run(self, items: Sequence[Prompted]) -> list[list[Cut]]:
        """For each item its masks: one for each box, or of everything, the best first."""
        images = {item.image.digest: item.image for item in items}

        def encode(digests: Sequence[str]) -> Sequence[Encoded]:
            return self._network.encode([images[digest] for digest in digests])

        encoded = self.encodings.get_or_all([item.image.digest for item in items], encode)
        return [
            everything(self._network, picture, item.prompt)
            if isinstance(item.prompt, Everything)
            else self._cut(picture, item.prompt)
            for item, picture in zip(items, encoded, strict=True)
        ]

    def _cut(self, encoded: Encoded, boxes: Floats) -> list[Cut]:
        cuts: list[Cut] = []
        for start in range(0, len(boxes), BOXES_AT_ONCE):
            part = boxes[start : start + BOXES_AT_ONCE]
            logits, qualities = self._network.decode(encoded, "boxes", part, several=False)
            for small, quality in zip(logits[:, 0], qualities[:, 0].tolist(), strict=True):
                mask = (enlarged(encoded, small[None])[0] > 0).cpu().numpy()
                cuts.append(Cut(mask, quality))
        return cuts


class PromptedSegmenter:
    """Serves `segment`.

    Args:
        hosted: the network.
        rules: what is kept of a picture that is segmented without regions.
        method: the name of the network, for people.
    """

    def __init__(self, hosted: Hosted[Prompted, list[Cut]], rules: Everything, method: str) -> None:
        self._hosted = hosted
        self._rules = rules
        self._method = method

    def segment(
        self, image: Image, regions: Region | Sequence[Region] | None = None
    ) -> list[Region]:
        """The regions with masks, those that have one keep it; without regions, everything.

        Where the network sees nothing in a box, the mask is the box, and the method says so.

        Raises:
            ToolError: a region lies in a picture of another size, or they are too many.
        """
        if regions is None:
            cuts = self._hosted.run(Prompted(image, self._rules))
            return [self._everything(image, cut) for cut in cuts]
        chosen = regions_in(regions)
        bare = [one for one in distinct_regions(image, chosen) if one.mask is None]
        masked: dict[Region, Region] = {}
        if bare:
            boxes = np.array([one.box.clipped(image.size).xyxy for one in bare], dtype=np.float32)
            cuts = self._hosted.run(Prompted(image, boxes))
            masked = {
                region: self._with_mask(image, region, cut)
                for region, cut in zip(bare, cuts, strict=True)
            }
        return [masked.get(region, region) for region in chosen]

    def _everything(self, image: Image, cut: Cut) -> Region:
        box = Box(*map(float, box_of(cut.mask)))
        return Region(image, box, "", cut.score, Mask(cut.mask), method=self._method)

    def _with_mask(self, image: Image, region: Region, cut: Cut) -> Region:
        if cut.mask.any():
            return region.but(mask=Mask(cut.mask), method=self._method)
        mask = np.zeros((image.height, image.width), dtype=np.bool_)
        left, top, right, bottom = region.box.to_pixels(image.size)
        mask[top:bottom, left:right] = True
        return region.but(mask=Mask(mask), method="box")
