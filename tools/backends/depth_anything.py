"""Depth Anything and DPT through transformers: `depth`, `crop_in_front_of` and `crop_behind`.

Yang et al., "Depth Anything V2", 2024; Ranftl et al., "Vision Transformers for Dense Prediction",
2021. A metric checkpoint gives metres, any other inverse depth: larger is nearer.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image

from ..hosting.model import Placement
from ..hosting.pretrained import config_of, load_model, load_processor, require_architecture
from ..values.image import Pixels
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource
from .depth_tools import METRES, RELATIVE, DepthTools, Scale
from .detections import Floats
from .groups import in_groups

ARCHITECTURES = ("depth_anything", "dpt")


def load(spec: BackendSpec, tools: Tools) -> DepthTools:
    """The backend; it has no options."""
    spec.only()
    source = CheckpointSource(spec, DepthNetwork.of)
    return DepthTools(tools.hosted(source), scale_of(config_of(spec)), tools)


def export(spec: BackendSpec, out: Path) -> list[Path]:
    """Writes a checkpoint into a folder for the backend `onnx-depth`; see `depth_export`.

    Raises:
        ModelError: the checkpoint is missing, or of another architecture.
    """
    from .depth_export import write

    network = DepthNetwork.of(spec, Placement("cpu", "float32"))
    return write(network.network, network.processor, scale_of(config_of(spec)), out)


def scale_of(config: dict[str, Any]) -> Scale:
    """What a checkpoint's numbers mean, by its `config.json`."""
    return METRES if config.get("depth_estimation_type") == "metric" else RELATIVE


class DepthNetwork:
    """A network of transformers with its image processor."""

    def __init__(self, network: Any, processor: Any) -> None:
        self.network = network
        self.processor = processor
        self._torch: Any = importlib.import_module("torch")

    @classmethod
    def of(cls, spec: BackendSpec, placement: Placement) -> DepthNetwork:
        """The network of a checkpoint.

        Raises:
            ModelError: the checkpoint is missing, or of another architecture.
        """
        require_architecture(spec, *ARCHITECTURES)
        network = load_model("AutoModelForDepthEstimation", spec, placement)
        return cls(network, load_processor(spec, "AutoImageProcessor"))

    def run(self, items: Sequence[Pixels]) -> list[Floats]:
        """Depths in the size of each picture; pictures whose inputs have one shape run together."""
        inputs = [
            (self.processor(images=PIL.Image.fromarray(one), return_tensors="pt"), one.shape[:2])
            for one in items
        ]
        return in_groups(inputs, lambda one: tuple(one[0]["pixel_values"].shape), self._depths)

    def _depths(self, inputs: list[tuple[Any, tuple[int, ...]]]) -> list[Floats]:
        network = self.network
        batch = self._torch.cat([one["pixel_values"] for one, _ in inputs])
        with self._torch.inference_mode():
            outputs = network(pixel_values=batch.to(network.device, network.dtype))
            outputs.predicted_depth = outputs.predicted_depth.float()
            sizes = [size for _, size in inputs]
            results = self.processor.post_process_depth_estimation(outputs, sizes)
        return [np.asarray(one["predicted_depth"].cpu().numpy(), np.float32) for one in results]
