"""Which pixels are a person, by MediaPipe's selfie segmentation on the person's crop."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..values import Box
from ..values.image import Pixels
from .closeup import Closeup
from .onnx_model import OnnxModel

SIDE = 256
"""The model's input is a square of this many pixels; the crop is stretched to it."""

MARGINS = (0.0, 0.1)
"""What the crops show around the box, in widths and heights of it. The model takes whoever fills
its picture: a close crop holds fewer others, a wider one more of what tells a person apart."""


def person_probability(
    model: OnnxModel, source: Pixels, box: Box, closeup: Closeup
) -> NDArray[np.float32]:
    """The probability that each pixel of the closeup shows a person, shape (h, w), in [0, 1].

    Args:
        model: the network `selfie`.
        source: the whole picture, uint8 (H, W, 3).
        box: the person's box in it.
        closeup: the closeup of that box.
    """
    size = (source.shape[1], source.shape[0])
    height, width = closeup.pixels.shape[:2]
    total = np.zeros((height, width), dtype=np.float32)
    for margin in MARGINS:
        left, top, right, bottom = box.scaled(1 + 2 * margin).to_pixels(size)
        crop = cv2.resize(
            source[top:bottom, left:right], (SIDE, SIDE), interpolation=cv2.INTER_AREA
        ).astype(np.uint8)
        found = model.run(crop[None])["person"][0, :, :, 0]
        # Where the crop's pixels lie in the closeup's, by their centres.
        frame_left, frame_top, frame_right, frame_bottom = closeup.frame
        x, y = width / (frame_right - frame_left), height / (frame_bottom - frame_top)
        step_x, step_y = (right - left) * x / SIDE, (bottom - top) * y / SIDE
        move = np.array(
            [
                [step_x, 0, (left - frame_left) * x + 0.5 * step_x - 0.5],
                [0, step_y, (top - frame_top) * y + 0.5 * step_y - 0.5],
            ]
        )
        total += cv2.warpAffine(found, move, (width, height), flags=cv2.INTER_LINEAR)
    return (total / len(MARGINS)).astype(np.float32)
