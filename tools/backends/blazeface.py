"""BlazeFace's model for a phone's back camera (Bazarevsky et al., 2019). It serves `find_faces`.

It looks at the whole picture and at each person's crop, where far faces are large enough. A face
needs a person around it: alone, it also fires on cats and coffee cups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..cancellation import current_cancellation
from ..values import Box, Image, Region
from ..values.image import Pixels
from . import BackendSpec, Tools
from .detections import Detections, Floats, areas
from .letterbox import Letterbox
from .onnx_model import OnnxModel

SIDE = 256
ANCHORS = {16: 2, 32: 6}
"""Boxes predicted by each cell, by the cell's stride in pixels."""

THRESHOLD = 0.55
"""Least score of a face, unless the profile's option `threshold` says otherwise."""

SAME_FACE_IOU = 0.3
"""Two boxes that overlap more are one face: faces hardly ever overlap."""

INSIDE = 0.7
"""Least share of a face's box that lies inside a person's."""

MARGIN = 1.1
"""How much larger than a person's box its crop is."""

MOST_PERSONS = 20
"""Persons whose crops are searched, the largest first: each takes 10 ms."""


def load(spec: BackendSpec, tools: Tools) -> BlazeFace:
    """Loads the shipped network, or the one in `spec.checkpoint`."""
    spec.only("threshold")
    threshold = spec.number("threshold", THRESHOLD, 0, 1)
    model = OnnxModel.from_checkpoint(spec.checkpoint, "blazeface-back")
    return BlazeFace(model, threshold, tools)


@dataclass(frozen=True)
class BlazeFace:
    """Finds faces of people.

    Args:
        model: the network.
        threshold: least score of a face, in [0, 1].
        tools: to find persons with.
    """

    model: OnnxModel
    threshold: float
    tools: Tools

    def find_faces(self, image: Image) -> list[Region]:
        """The faces in a picture, the surest first."""
        persons: Sequence[Region] = self.tools.call("find", image, "person")
        if not persons:
            return []
        bodies = np.array([person.box.xyxy for person in persons], dtype=np.float32)
        parts = [self._detect(image.pixels)]
        for person in sorted(persons, key=lambda one: -one.box.area)[:MOST_PERSONS]:
            current_cancellation().check()
            left, top, right, bottom = person.box.scaled(MARGIN).to_pixels(image.size)
            found = self._detect(image.pixels[top:bottom, left:right])
            offset = np.array([left, top, left, top], dtype=np.float32)
            parts.append(Detections(found.boxes + offset, found.scores, found.classes))
        faces = Detections.sorted(
            np.concatenate([part.boxes for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.classes for part in parts]),
        )
        faces = faces.where(_inside(faces.boxes, bodies))
        faces = faces.suppressed(SAME_FACE_IOU, within_classes=False)
        return [
            Region(image, Box(*map(float, box)).clipped(image.size), "face", float(score))
            for box, score in zip(faces.boxes, faces.scores, strict=True)
        ]

    def _detect(self, pixels: Pixels) -> Detections:
        """Faces in pixels, doubles included."""
        letterbox = Letterbox(pixels.shape[1], pixels.shape[0], SIDE)
        outputs = self.model.run(letterbox.apply(pixels)[None])
        boxes: list[Floats] = []
        scores: list[Floats] = []
        for stride, count in ANCHORS.items():
            logits = outputs[f"scores_{stride}"][0, :, 0]
            # Beyond 30 the sigmoid is 0 or 1 in float32, and its exponential may overflow.
            probability = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
            chosen = np.flatnonzero(probability >= self.threshold)
            boxes.append(_boxes(outputs[f"boxes_{stride}"][0, chosen], chosen // count, stride))
            scores.append(probability[chosen].astype(np.float32))
        found = letterbox.restore(np.concatenate(boxes))
        kinds = np.zeros(len(found), dtype=np.int64)
        return Detections.sorted(found, np.concatenate(scores), kinds)


def _boxes(numbers: Floats, cells: NDArray[np.int64], stride: int) -> Floats:
    """Boxes (N, 4) in pixels of the input from what the network says about them.

    Args:
        numbers: shape (N, 16): centre relative to the cell's, size, then six points of the face.
        cells: shape (N,): the cell of each, row by row.
        stride: pixels between cells.
    """
    columns = SIDE // stride
    cell_centres = np.stack([cells % columns, cells // columns], axis=1) + 0.5
    centres = numbers[:, :2] + cell_centres.astype(np.float32) * stride
    half = numbers[:, 2:4] / 2
    return np.concatenate([centres - half, centres + half], axis=1).astype(np.float32)


def _inside(faces: Floats, bodies: Floats) -> NDArray[np.bool_]:
    """Which faces, (N, 4), lie mostly inside some body, (M, 4)."""
    low = np.maximum(faces[:, None, :2], bodies[None, :, :2])
    high = np.minimum(faces[:, None, 2:], bodies[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    return (shared > INSIDE * areas(faces)[:, None]).any(axis=1)
