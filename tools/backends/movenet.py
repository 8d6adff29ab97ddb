"""MoveNet Lightning: 17 body points of one person (Google, 2021). It serves `pose`.

It sees each person's square crop, a little larger than the box, as it was trained to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..cancellation import current_cancellation
from ..values import Box, Image, Keypoint, Region
from . import BackendSpec, Tools
from .coco import KEYPOINTS
from .letterbox import Letterbox
from .onnx_model import OnnxModel

SIDE = 192
MARGIN = 1.25
"""Side of the square crop over the longer side of the person's box."""


def load(spec: BackendSpec, tools: Tools) -> MoveNet:
    """Loads the shipped network, or the one in `spec.checkpoint`."""
    spec.only()
    return MoveNet(OnnxModel.from_checkpoint(spec.checkpoint, "movenet-lightning"), tools)


@dataclass(frozen=True)
class MoveNet:
    """Finds people and the points of their bodies.

    Args:
        model: the network.
        tools: to find persons with.
    """

    model: OnnxModel
    tools: Tools

    def pose(self, image: Image) -> list[Region]:
        """The persons that `find` sees, each with its keypoints."""
        persons: Sequence[Region] = self.tools.call("find", image, "person")
        return [person.but(keypoints=self._keypoints(image, person.box)) for person in persons]

    def _keypoints(self, image: Image, box: Box) -> tuple[Keypoint, ...]:
        current_cancellation().check()
        half = max(box.width, box.height) * MARGIN / 2
        square = Box(box.x - half, box.y - half, box.x + half, box.y + half)
        left, top, right, bottom = square.to_pixels(image.size)
        letterbox = Letterbox(right - left, bottom - top, SIDE)
        crop = letterbox.apply(image.pixels[top:bottom, left:right])
        rows = self.model.run(crop[None])["keypoints"][0, 0]
        places = letterbox.restore(rows[:, 1::-1] * np.float32(SIDE))
        return tuple(
            Keypoint(name, float(x) + left, float(y) + top, float(score))
            for name, (x, y), score in zip(KEYPOINTS, places, rows[:, 2], strict=True)
        )
