"""A depth network as ONNX, without torch: `depth`, `crop_in_front_of` and `crop_behind`.

The checkpoint is a folder that the backend `depth-anything` exported; see `depth_export`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
from pydantic import ValidationError

from ..errors import ModelError
from ..hosting.model import Placement
from ..values.image import Pixels
from . import BackendSpec, Tools
from .depth_export import DepthSettings
from .depth_tools import DepthTools, Scale
from .detections import Floats
from .onnx_model import OnnxModel
from .onnx_source import OnnxSource

EXPORT = "viscript models export --onnx makes it from a checkpoint of the backend depth-anything"


def load(spec: BackendSpec, tools: Tools) -> DepthTools:
    """The backend; it has no options."""
    spec.only()
    source = OnnxSource(spec, OnnxDepthNetwork.of)
    settings = _settings(spec)
    scale = Scale(settings.unit, settings.larger_is_nearer)
    return DepthTools(tools.hosted(source), scale, tools)


def _settings(spec: BackendSpec) -> DepthSettings:
    folder = Path(spec.checkpoint).expanduser()
    try:
        return DepthSettings.model_validate_json((folder / "depth.json").read_bytes())
    except (OSError, ValidationError):
        raise ModelError(f"{folder} is no exported depth model: depth.json", hint=EXPORT) from None


class OnnxDepthNetwork:
    """The network with the numbers that it was exported with."""

    def __init__(self, network: OnnxModel, settings: DepthSettings) -> None:
        self._network = network
        self._settings = settings

    @classmethod
    def of(cls, spec: BackendSpec, placement: Placement) -> OnnxDepthNetwork:
        """The network of an exported folder.

        Raises:
            ModelError: a file is missing or broken.
        """
        folder = Path(spec.checkpoint).expanduser()
        return cls(OnnxModel(folder / "depth.onnx", hint=EXPORT), _settings(spec))

    def run(self, items: Sequence[Pixels]) -> list[Floats]:
        """Depths in the size of each picture."""
        return [self._depth(one) for one in items]

    def _depth(self, pixels: Pixels) -> Floats:
        height, width = pixels.shape[:2]
        size = self._settings.input_size(width, height)
        resample = PIL.Image.Resampling(self._settings.resample)
        scaled = np.asarray(PIL.Image.fromarray(pixels).resize(size, resample))
        depth = self._network.run(scaled[None])["depth"][0]
        # torch's and OpenCV's bicubic kernels are the same: a = -0.75.
        resized = np.empty((height, width), dtype=np.float32)
        cv2.resize(depth, (width, height), dst=resized, interpolation=cv2.INTER_CUBIC)
        return resized
