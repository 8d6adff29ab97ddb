"""PP-OCR through rapidocr: finds lines of text and reads them. It serves `read_text`.

The networks (PP-OCRv6 small) lie in rapidocr's wheel; naming their files keeps it from looking for
them online.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..cancellation import current_cancellation
from ..errors import ModelError
from ..values import Box, Image, Region
from ..values.image import Pixels
from . import BackendSpec, Tools
from .onnx_model import THREADS

DETECTOR = "PP-OCRv6_det_small.onnx"
RECOGNISER = "PP-OCRv6_rec_small.onnx"

SHORT_SIDE = 736
"""Pictures are enlarged to it: what the detector was trained on."""

LONG_SIDE = 1600
"""Pictures are never larger when they are read: time grows with their area, about 1 s here."""

SLENDEREST = 16
"""Longer side over shorter: what is more slender gets a margin, as the networks can't see it."""

THRESHOLD = 0.5
"""Least score of a line of text, unless the profile's option `threshold` says otherwise."""


def load(spec: BackendSpec, tools: Tools) -> TextReader:
    """Loads the networks in rapidocr's wheel, or those in the folder `spec.checkpoint`."""
    rapidocr: Any = import_module("rapidocr")
    folder = Path(rapidocr.__file__).parent / "models"
    if spec.checkpoint:
        folder = Path(spec.checkpoint).expanduser()
    for name in (DETECTOR, RECOGNISER):
        if not (folder / name).is_file():
            raise ModelError(f"there is no model file {folder / name}", hint="reinstall rapidocr")
    settings = {
        "Global.log_level": "critical",
        "Global.text_score": float(spec.options.get("threshold", THRESHOLD)),
        "Global.use_cls": False,
        "Global.use_preprocess_img": False,
        "Det.model_path": str(folder / DETECTOR),
        "Det.limit_type": "max",
        "Det.limit_side_len": LONG_SIDE,
        "Rec.model_path": str(folder / RECOGNISER),
        "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
    }
    return TextReader(rapidocr.RapidOCR(params=settings))


@dataclass(frozen=True)
class TextReader:
    """Reads text.

    Args:
        engine: a `rapidocr.RapidOCR` that neither resizes nor turns pictures.
    """

    engine: Any

    def read_text(self, image: Image) -> list[Region]:
        """The lines of text in a picture in reading order."""
        cancellation = current_cancellation()
        cancellation.check()
        pixels, factor = _readable(image.pixels)
        found = self.engine(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        cancellation.check()
        if found.boxes is None or not found.txts:
            return []
        regions = [
            Region(image, _around(corners, factor).clipped(image.size), "text", score, text=text)
            for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        ]
        return in_reading_order(regions)


def in_reading_order(regions: Sequence[Region]) -> list[Region]:
    """Lines from top to bottom; what stands beside one another, from left to right."""
    lines: list[list[Region]] = []
    for region in sorted(regions, key=lambda one: one.box.y):
        for line in lines:
            if _beside(line[-1].box, region.box):
                line.append(region)
                break
        else:
            lines.append([region])
    return [region for line in lines for region in sorted(line, key=lambda one: one.box.left)]


def _beside(a: Box, b: Box) -> bool:
    """Whether the centre of each lies between the other's top and bottom."""
    return a.top <= b.y <= a.bottom and b.top <= a.y <= b.bottom


def _readable(pixels: Pixels) -> tuple[Pixels, float]:
    """A picture in a size for reading, and by which factor it was scaled."""
    height, width = pixels.shape[:2]
    short, long = min(height, width), max(height, width)
    factor = min(max(SHORT_SIDE / short, 1.0), LONG_SIDE / long)
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(pixels, size, interpolation=how)
    least = max(size) // SLENDEREST + 1
    below, right = max(least - size[1], 0), max(least - size[0], 0)
    if below or right:
        scaled = cv2.copyMakeBorder(scaled, 0, below, 0, right, cv2.BORDER_REPLICATE)
    return np.asarray(scaled, dtype=np.uint8), factor


def _around(corners: NDArray[np.float32], factor: float) -> Box:
    """The upright box around four corners (4, 2), in pixels of the picture."""
    left, top = (float(value) / factor for value in corners.min(axis=0))
    right, bottom = (float(value) / factor for value in corners.max(axis=0))
    return Box(left, top, right, bottom)
