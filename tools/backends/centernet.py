"""CenterNet on MobileNetV3: a second detector of COCO's things (Zhou et al., 2019).

It is not shipped, because its authors state no licence; `viscript models pull` converts it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..folders import models_folder
from ..values.image import Pixels
from .detections import Detections
from .letterbox import Letterbox
from .onnx_model import OnnxModel

SIDE = 512
LOWEST_SCORE = 0.1
"""Detections below it are dropped: no threshold in use is anywhere near."""

PULL = "viscript models pull embedded-plus"


class CenterNet:
    """The network and its decoding.

    Args:
        checkpoint: an ONNX file; empty for the one that was pulled.

    Raises:
        ModelError: it was not pulled, or can't be loaded.
    """

    def __init__(self, checkpoint: str = "") -> None:
        path = Path(checkpoint).expanduser() if checkpoint else models_folder() / "centernet.onnx"
        self._model = OnnxModel(path, hint=PULL)

    def detect(self, pixels: Pixels) -> Detections:
        """Everything above `LOWEST_SCORE`, boxes in pixels of the picture."""
        letterbox = Letterbox(pixels.shape[1], pixels.shape[0], SIDE)
        rows = self._model.run(letterbox.apply(pixels)[None])["detections"][0]
        rows = rows[rows[:, 4] > LOWEST_SCORE]
        limits = np.array([pixels.shape[1], pixels.shape[0]] * 2, dtype=np.float32)
        boxes = np.clip(letterbox.restore(rows[:, :4]), 0, limits)
        return Detections.sorted(boxes, rows[:, 4], rows[:, 5].astype(np.int64))
