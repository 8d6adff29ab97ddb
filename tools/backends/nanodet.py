"""NanoDet: a fast detector of COCO's 80 kinds of object (RangiLyu, 2021).

It serves `find` and `list_objects`. A box is predicted as a distribution over distances from a cell
to each side (generalised focal loss, Li et al., 2020).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from . import BackendSpec, Tools
from .coco import THINGS
from .detections import Detections
from .letterbox import Letterbox
from .object_finder import REMEMBERED, THRESHOLD, ObjectFinder
from .onnx_model import OnnxModel
from .things_and_shapes import ThingsAndShapes

SIDE = 416
STRIDES = (8, 16, 32)
BINS = 11
"""Distances that a side may have, in strides: 0 to 10."""
LOWEST_SCORE = 0.1
"""Cells below it are not decoded: no threshold in use is anywhere near."""


def load(spec: BackendSpec, tools: Tools) -> ThingsAndShapes:
    """Loads the shipped network, or the one in `spec.checkpoint`."""
    spec.only("threshold", "remembered")
    threshold = spec.number("threshold", THRESHOLD, 0, 1)
    remembered = int(spec.number("remembered", REMEMBERED, 0, 10**6))
    finder = ObjectFinder(NanoDet(spec.checkpoint).detect, THINGS, threshold, remembered)
    return ThingsAndShapes(finder, THINGS, tools)


class NanoDet:
    """The network and its decoding.

    Args:
        checkpoint: an ONNX file; empty for the shipped one.

    Raises:
        ModelError: the file can't be loaded.
    """

    def __init__(self, checkpoint: str = "") -> None:
        self._model = OnnxModel.from_checkpoint(checkpoint, "nanodet")

    def detect(self, pixels: NDArray[np.uint8]) -> Detections:
        """Everything above `LOWEST_SCORE`, doubles included, boxes in pixels of the picture.

        Args:
            pixels: uint8 RGB of shape (H, W, 3).
        """
        letterbox = Letterbox(pixels.shape[1], pixels.shape[0], SIDE)
        outputs = self._model.run(letterbox.apply(pixels)[None])
        levels = [
            _decode(outputs[f"scores_{stride}"][0], outputs[f"bins_{stride}"][0], stride)
            for stride in STRIDES
        ]
        boxes = np.concatenate([level.boxes for level in levels])
        limits = np.array([pixels.shape[1], pixels.shape[0]] * 2, dtype=np.float32)
        return Detections.sorted(
            np.clip(letterbox.restore(boxes), 0, limits),
            np.concatenate([level.scores for level in levels]),
            np.concatenate([level.classes for level in levels]),
        )


def _decode(scores: NDArray[np.float32], bins: NDArray[np.float32], stride: int) -> Detections:
    """The detections of one stride, boxes in pixels of the input.

    Args:
        scores: shape (cells, 80), probabilities.
        bins: shape (cells, 4 x `BINS`): logits of the distances to each of four sides.
        stride: pixels between cells.
    """
    cells, classes = np.nonzero(scores > LOWEST_SCORE)
    logits = bins[cells].reshape(len(cells), 4, BINS)
    weights = np.exp(logits - logits.max(axis=2, keepdims=True))
    weights /= weights.sum(axis=2, keepdims=True)
    sides = stride * (weights @ np.arange(BINS, dtype=np.float32))
    columns = SIDE // stride
    centres = np.stack([cells % columns, cells // columns], axis=1).astype(np.float32)
    centres = (centres + 0.5) * stride
    boxes = np.concatenate([centres - sides[:, :2], centres + sides[:, 2:]], axis=1)
    return Detections(boxes.astype(np.float32), scores[cells, classes], classes)
