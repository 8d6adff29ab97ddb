"""PP-OCR through rapidocr: finds lines of text and reads them. It serves `read_text`.

The networks (PP-OCRv6 small) lie in rapidocr's wheel; naming their files keeps it from looking for
them online.

They read Latin letters (but not all of Vietnamese), digits, Chinese and Japanese. A line in another
script is found, but its reading is empty or scores low, and it is left out, or it is misread as a
short word of these letters.
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

SURE = 0.9
"""Least score of a line that is read one way only. Text upside down scored up to 0.87 on drawn
words; the direction classifier of PP-OCR took upright words ("EXIT") for turned ones."""

THRESHOLD = 0.5
"""Least score of a line of text, unless the profile's option `threshold` says otherwise."""


def load(spec: BackendSpec, tools: Tools) -> TextReader:
    """Loads the networks in rapidocr's wheel, or those in the folder `spec.checkpoint`."""
    spec.only("threshold")
    threshold = spec.number("threshold", THRESHOLD, 0, 1)
    rapidocr: Any = import_module("rapidocr")
    folder = Path(rapidocr.__file__).parent / "models"
    if spec.checkpoint:
        folder = Path(spec.checkpoint).expanduser()
    for name in (DETECTOR, RECOGNISER):
        if not (folder / name).is_file():
            raise ModelError(f"there is no model file {folder / name}", hint="reinstall rapidocr")
    settings = {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Global.use_preprocess_img": False,
        "Det.model_path": str(folder / DETECTOR),
        "Det.limit_type": "max",
        "Det.limit_side_len": LONG_SIDE,
        "Rec.model_path": str(folder / RECOGNISER),
        "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
    }
    return TextReader(rapidocr.RapidOCR(params=settings), threshold)


@dataclass(frozen=True)
class TextReader:
    """Reads text, however it is turned.

    Args:
        engine: a `rapidocr.RapidOCR` that neither resizes nor turns pictures.
        threshold: least score of a line, in [0, 1].
    """

    engine: Any
    threshold: float = THRESHOLD

    def read_text(self, image: Image) -> list[Region]:
        """The lines of text in a picture in reading order."""
        cancellation = current_cancellation()
        cancellation.check()
        pixels, factor = _readable(image.pixels)
        corners, lines = self._lines(pixels)
        cancellation.check()
        readings = self._readings(lines)
        cancellation.check()
        regions = [
            Region(image, _around(around, factor).clipped(image.size), "text", score, text=text)
            for around, (text, score) in zip(corners, readings, strict=True)
            if text.strip() and score >= self.threshold
        ]
        return in_reading_order(regions)

    def _lines(self, pixels: Pixels) -> tuple[Sequence[NDArray[np.float32]], list[Pixels]]:
        """The corners (4, 2) of each line, and the line in BGR, cut out and laid flat."""
        nothing_found: Any = import_module("rapidocr.main").RapidOCRError
        try:
            lines, found = self.engine.detect_and_crop(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), {})
        except nothing_found:
            return [], []
        return list(found.boxes), list(lines)

    def _readings(self, lines: Sequence[Pixels]) -> list[tuple[str, float]]:
        """The text and score of each line; one that reads badly is read upside down too."""
        readings = self._recognised(lines)
        unsure = [index for index, (_, score) in enumerate(readings) if score < SURE]
        turned = [np.ascontiguousarray(np.rot90(lines[index], 2)) for index in unsure]
        for index, other in zip(unsure, self._recognised(turned), strict=True):
            readings[index] = max(readings[index], other, key=lambda reading: reading[1])
        return readings

    def _recognised(self, lines: Sequence[Pixels]) -> list[tuple[str, float]]:
        if not lines:
            return []
        found = self.engine.recognize_txt(list(lines))
        pairs = zip(found.txts, found.scores, strict=True)
        return [(str(text), float(score)) for text, score in pairs]


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
