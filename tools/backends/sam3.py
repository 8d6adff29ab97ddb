"""SAM 3 through transformers: finds what words name, and cuts it out at once.

It serves `find`, whose regions have masks (Carion et al., "SAM 3: Segment Anything with Concepts",
2025). Its box prompts mean "more like this", not "this": `segment` is served by the backend
`sam3-tracker`, from the same checkpoint.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..hosting.model import Hosted, Placement
from ..hosting.pretrained import load_model, load_processor
from ..values import Box, Image, Mask, Region
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource
from .detections import Detections, Floats
from .grounding_prompt import label_of, phrases_in
from .margins import widened

THRESHOLD = 0.5
"""Least score of what is reported, unless the option `threshold` says otherwise."""

METHOD = "sam3"


class Sought(NamedTuple):
    """A phrase to look for in a picture, and the least score of what is found."""

    image: Image
    phrase: str
    threshold: float


class Instance(NamedTuple):
    """A thing that was found.

    Args:
        box: float32 (4,): left, top, right, bottom, in pixels of the picture.
        score: in [0, 1].
        mask: bool of shape (H, W); it may be empty.
    """

    box: Floats
    score: float
    mask: NDArray[np.bool_]


def load(spec: BackendSpec, tools: Tools) -> Sam3Finder:
    """The backend; its option is `threshold`."""
    spec.only("threshold")
    threshold = spec.number("threshold", THRESHOLD, 0, 1)
    return Sam3Finder(tools.hosted(CheckpointSource(spec, Sam3Model.load)), threshold)


class Sam3Model:
    """The network with its processor, in memory."""

    def __init__(self, network: Any, processor: Any) -> None:
        self._network = network
        self._processor = processor
        self._torch: Any = importlib.import_module("torch")

    @classmethod
    def load(cls, spec: BackendSpec, placement: Placement) -> Sam3Model:
        """Loads a checkpoint: also one for videos, of which the tracker is left out.

        Raises:
            ModelError: it is missing, or of another architecture.
        """
        network = load_model("Sam3Model", spec, placement)
        return cls(network, load_processor(spec, "Sam3Processor"))

    def run(self, items: Sequence[Sought]) -> list[list[Instance]]:
        """What each phrase names in its picture, the surest first."""
        torch, network = self._torch, self._network
        framed = [widened(item.image) for item in items]
        images, tokenizer = self._processor.image_processor, self._processor.tokenizer
        pixels = images(images=framed, return_tensors="pt")["pixel_values"]
        tokens = tokenizer(
            [item.phrase for item in items],
            padding="max_length",
            truncation=True,
            max_length=network.config.text_config.max_position_embeddings,
            return_tensors="pt",
        ).to(network.device)
        with torch.inference_mode():
            outputs = network(
                pixel_values=pixels.to(network.device, network.dtype),
                input_ids=tokens["input_ids"],
                attention_mask=tokens["attention_mask"],
            )
        present = outputs.presence_logits.float().sigmoid()
        scores = (outputs.pred_logits.float().sigmoid() * present).cpu().numpy()
        boxes = outputs.pred_boxes.float().cpu().numpy()
        masks = outputs.pred_masks.float().sigmoid()
        return [
            self._instances(item, picture.size, scores[index], boxes[index], masks[index])
            for index, (item, picture) in enumerate(zip(items, framed, strict=True))
        ]

    def _instances(
        self, item: Sought, framed: tuple[int, int], scores: Floats, boxes: Floats, masks: Any
    ) -> list[Instance]:
        """The things in one picture; `framed` is (width, height) of it with its margin."""
        places = np.arange(len(scores))
        scaled = boxes * np.array([*framed, *framed], dtype=np.float32)
        found = Detections.sorted(scaled, scores, places).inside(item.image.size)
        found = found.where(found.scores >= np.float32(item.threshold))
        resize: Any = self._torch.nn.functional.interpolate
        instances: list[Instance] = []
        for box, score, place in zip(found.boxes, found.scores, found.classes, strict=True):
            small = masks[int(place)][None, None]
            large = resize(small, framed[::-1], mode="bilinear", align_corners=False)[0, 0]
            mask = (large > 0.5).cpu().numpy()[: item.image.height, : item.image.width]
            instances.append(Instance(box, float(score), mask))
        return instances


class Sam3Finder:
    """Serves `find`.

    Args:
        hosted: the network.
        threshold: the least score that is reported, in [0, 1].
    """

    def __init__(self, hosted: Hosted[Sought, list[Instance]], threshold: float) -> None:
        self._hosted = hosted
        self._threshold = threshold

    def find(self, image: Image, query: str) -> list[Region]:
        """What the phrases of a query name, the surest first, with masks."""
        phrases = phrases_in(query)
        each = self._hosted.run_all([Sought(image, one, self._threshold) for one in phrases])
        regions = [
            Region(
                image,
                Box(*map(float, one.box)),
                label_of(phrase),
                one.score,
                Mask(one.mask) if one.mask.any() else None,
                method=METHOD if one.mask.any() else "",
            )
            for phrase, instances in zip(phrases, each, strict=True)
            for one in instances
        ]
        return sorted(regions, key=lambda region: -region.score)
