"""ViTPose through transformers: `pose`, in the boxes of the persons that `find` sees.

Xu et al., "ViTPose: Simple Vision Transformer Baselines for Human Pose Estimation", 2022; ViTPose++
checkpoints answer as for COCO.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import PIL.Image

from ..cancellation import current_cancellation
from ..errors import ModelError
from ..hosting.model import Hosted, Placement
from ..hosting.pretrained import load_model, load_processor
from ..values import Box, Image, Keypoint, Region
from ..values.image import Pixels
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource
from .coco import KEYPOINTS
from .detections import Floats

COCO = 0
"""The expert of a ViTPose++ that was trained on COCO's 17 points."""

PERSONS = 16
"""Persons that the network sees at once."""


class Bodies(NamedTuple):
    """A picture, uint8 of shape (H, W, 3), and the boxes of the persons in it."""

    pixels: Pixels
    boxes: tuple[Box, ...]


def load(spec: BackendSpec, tools: Tools) -> VitPoseTools:
    """The backend; it has no options."""
    spec.only()
    return VitPoseTools(tools.hosted(CheckpointSource(spec, VitPose.of)), tools)


class VitPoseTools:
    """The tool, on a hosted model.

    Args:
        model: gives an array of shape (17, 3) for each body: x, y, score.
        tools: to find persons with.
    """

    def __init__(self, model: Hosted[Bodies, list[Floats]], tools: Tools) -> None:
        self._model = model
        self._tools = tools

    def pose(self, image: Image) -> list[Region]:
        """The persons that `find` sees, each with its keypoints."""
        persons: Sequence[Region] = self._tools.call("find", image, "person")
        current_cancellation().check()
        if not persons:
            return []
        boxes = tuple(_at_least_a_pixel(person.box) for person in persons)
        found = self._model.run(Bodies(image.pixels, boxes))
        return [
            person.but(keypoints=tuple(map(_keypoint, KEYPOINTS, points.tolist())))
            for person, points in zip(persons, found, strict=True)
        ]


class VitPose:
    """A network of transformers with its image processor."""

    def __init__(self, network: Any, processor: Any) -> None:
        self._network = network
        self._processor = processor
        self._experts: int = getattr(network.config.backbone_config, "num_experts", 1)
        self._torch: Any = importlib.import_module("torch")

    @classmethod
    def of(cls, spec: BackendSpec, placement: Placement) -> VitPose:
        """The model of a checkpoint.

        Raises:
            ModelError: the checkpoint is missing, of another architecture, or for other points.
        """
        network = load_model("VitPoseForPoseEstimation", spec, placement)
        if network.config.num_labels != len(KEYPOINTS):
            raise ModelError(
                f"the checkpoint {spec.checkpoint} finds {network.config.num_labels} points",
                hint=f"name one that finds the {len(KEYPOINTS)} of COCO",
            )
        return cls(network, load_processor(spec, "AutoImageProcessor"))

    def run(self, items: Sequence[Bodies]) -> list[list[Floats]]:
        """The points of each body, in pixels of its picture."""
        return [self._points(item) for item in items]

    def _points(self, item: Bodies) -> list[Floats]:
        picture = PIL.Image.fromarray(item.pixels)
        boxes = [[box.left, box.top, box.width, box.height] for box in item.boxes]
        found: list[Floats] = []
        for start in range(0, len(boxes), PERSONS):
            some = np.array(boxes[start : start + PERSONS], dtype=np.float64)
            found += self._restored(self._heatmaps(picture, some), some)
        return found

    def _heatmaps(self, picture: PIL.Image.Image, boxes: Any) -> Any:
        """What the network says about each body: a map for each point."""
        network = self._network
        inputs = self._processor(picture, boxes=[boxes], return_tensors="pt")
        pixels = inputs["pixel_values"].to(network.device, network.dtype)
        expert = self._torch.full((len(pixels),), COCO, device=network.device)
        more = {"dataset_index": expert} if self._experts > 1 else {}
        with self._torch.inference_mode():
            return network(pixel_values=pixels, **more)

    def _restored(self, outputs: Any, boxes: Any) -> list[Floats]:
        """Points in pixels of the picture.

        One body at a time: a point that isn't seen takes its place from the map of another.
        """
        found: list[Floats] = []
        maps = outputs.heatmaps.float()
        for index, box in enumerate(boxes):
            outputs.heatmaps = maps[index : index + 1]
            ((one,),) = self._processor.post_process_pose_estimation(outputs, boxes=[box[None]])
            columns = (one["keypoints"], one["scores"][:, None])
            found.append(np.concatenate(columns, axis=1).astype(np.float32))
        return found


def _keypoint(name: str, numbers: Sequence[float]) -> Keypoint:
    x, y, score = numbers
    return Keypoint(name, x, y, min(max(score, 0.0), 1.0))


def _at_least_a_pixel(box: Box) -> Box:
    return Box(box.left, box.top, max(box.right, box.left + 1), max(box.bottom, box.top + 1))
