"""Mask2Former and OneFormer: everything in a picture, each pixel once, things and surfaces alike.

They serve `segment` and `list_objects` (Cheng et al., "Masked-attention Mask Transformer", 2022;
Jain et al., "OneFormer", 2023).
"""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..hosting.model import Hosted, Placement
from ..hosting.pretrained import load_model, load_processor, require_architecture
from ..library.geometry import regions_in
from ..values import Box, Image, Mask, Region
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource
from .detections import overlaps
from .given_regions import distinct_regions
from .margins import widened
from .mask_generator import box_of

ARCHITECTURES = ("mask2former", "oneformer")

THRESHOLD, COVERAGE = 0.5, 0.8
"""What is kept, unless the options `threshold` and `coverage` say otherwise."""

METHOD = "panoptic"


class Segment(NamedTuple):
    """A part of a picture.

    Args:
        label: what it is.
        score: how sure that is, in [0, 1].
        mask: bool of shape (H, W), with a pixel at least.
    """

    label: str
    score: float
    mask: NDArray[np.bool_]


class Asked(NamedTuple):
    """A picture, and which of its segments are kept.

    Args:
        image: the picture.
        threshold: the least score, in [0, 1].
        coverage: the least share of a mask that surer ones leave of it, in [0, 1].
    """

    image: Image
    threshold: float
    coverage: float


def load(spec: BackendSpec, tools: Tools) -> PanopticSegmenter:
    """The backend; its options are `threshold` and `coverage`, as in `Asked`."""
    spec.only("threshold", "coverage")
    return PanopticSegmenter(
        tools.hosted(CheckpointSource(spec, PanopticModel.load)),
        spec.number("threshold", THRESHOLD, 0, 1),
        spec.number("coverage", COVERAGE, 0, 1),
    )


class PanopticModel:
    """The network with its processor, in memory.

    Pictures that come out at the same size share a forward pass; others don't, because the network
    sees the margin of a smaller one.
    """

    def __init__(self, network: Any, processor: Any) -> None:
        self._network = network
        self._processor = processor
        self._torch: Any = importlib.import_module("torch")

    @classmethod
    def load(cls, spec: BackendSpec, placement: Placement) -> PanopticModel:
        """Loads a checkpoint.

        Raises:
            ModelError: it is missing, or of another architecture.
        """
        kind = require_architecture(spec, *ARCHITECTURES)
        # OneFormer's processor would fetch a file that only training needs.
        settings: dict[str, Any] = {"class_info_file": None} if kind == "oneformer" else {}
        processor = load_processor(spec, **settings)
        return cls(load_model("AutoModelForUniversalSegmentation", spec, placement), processor)

    def run(self, items: Sequence[Asked]) -> list[list[Segment]]:
        """The segments of each picture, the surest first."""
        inputs = [self._inputs(item.image) for item in items]
        groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for index, one in enumerate(inputs):
            groups[tuple(one["pixel_values"].shape)].append(index)
        found: list[list[Segment]] = [[] for _ in items]
        for group in groups.values():
            classes, masks = self._logits([inputs[index] for index in group])
            for place, index in enumerate(group):
                found[index] = self._segments(items[index], classes[[place]], masks[[place]])
        return found

    def _inputs(self, image: Image) -> dict[str, Any]:
        task = (
            {"task_inputs": ["panoptic"]} if self._network.config.model_type == "oneformer" else {}
        )
        return dict(self._processor(images=[widened(image)], return_tensors="pt", **task))

    def _logits(self, inputs: Sequence[dict[str, Any]]) -> tuple[Any, Any]:
        """Logits of classes, (B, Q, classes), and of small masks, (B, Q, h, w)."""
        torch, network = self._torch, self._network
        batch = {
            name: torch.cat([one[name] for one in inputs]).to(network.device)
            for name in ("pixel_values", "pixel_mask", "task_inputs")
            if name in inputs[0]
        }
        batch["pixel_values"] = batch["pixel_values"].to(network.dtype)
        with torch.inference_mode():
            outputs = network(**batch)
        return outputs.class_queries_logits.float(), outputs.masks_queries_logits.float()

    def _segments(self, item: Asked, classes: Any, masks: Any) -> list[Segment]:
        """The segments of one picture."""
        framed = widened(item.image)
        processor = getattr(self._processor, "image_processor", self._processor)
        (result,) = processor.post_process_panoptic_segmentation(
            SimpleNamespace(class_queries_logits=classes, masks_queries_logits=masks),
            threshold=item.threshold,
            overlap_mask_area_threshold=item.coverage,
            label_ids_to_fuse=set(),
            target_sizes=[(framed.height, framed.width)],
        )
        places: NDArray[np.int64] = result["segmentation"].cpu().numpy().astype(np.int64)
        places = places[: item.image.height, : item.image.width]
        names = self._network.config.id2label
        found: list[Segment] = []
        for about in result["segments_info"]:
            mask: NDArray[np.bool_] = places == about["id"]
            if mask.any():
                score = float(about["score"])
                found.append(Segment(str(names[about["label_id"]]), score, mask))
        return sorted(found, key=lambda one: -one.score)


class PanopticSegmenter:
    """Serves `segment` and `list_objects`.

    Args:
        hosted: the network.
        threshold, coverage: as in `Asked`.
    """

    def __init__(
        self, hosted: Hosted[Asked, list[Segment]], threshold: float, coverage: float
    ) -> None:
        self._hosted = hosted
        self._threshold = threshold
        self._coverage = coverage

    def list_objects(self, image: Image) -> list[Region]:
        """Everything with its name and its mask, the surest first."""
        return [
            Region(
                image,
                Box(*map(float, box_of(one.mask))),
                one.label,
                one.score,
                Mask(one.mask),
                method=METHOD,
            )
            for one in self._hosted.run(Asked(image, self._threshold, self._coverage))
        ]

    def segment(
        self, image: Image, regions: Region | Sequence[Region] | None = None
    ) -> list[Region]:
        """Everything; or the regions, each with what fits its box best, inside the box.

        Where nothing does, the mask is the box, and the method says so.

        Raises:
            ToolError: a region lies in a picture of another size, or they are too many.
        """
        everything = self.list_objects(image)
        if regions is None:
            return everything
        chosen = regions_in(regions)
        masked = {
            region: region if region.mask is not None else _cut(image, region, everything)
            for region in distinct_regions(image, chosen)
        }
        return [masked[region] for region in chosen]


def _cut(image: Image, region: Region, everything: Sequence[Region]) -> Region:
    """A region with the mask of the segment that fits its box best."""
    left, top, right, bottom = region.box.to_pixels(image.size)
    inside = np.zeros((image.height, image.width), dtype=np.bool_)
    inside[top:bottom, left:right] = True
    boxes = np.array([one.box.xyxy for one in everything], dtype=np.float32).reshape(-1, 4)
    box = np.array([[left, top, right, bottom]], dtype=np.float32)
    for index in np.argsort(-overlaps(boxes, box)[:, 0], kind="stable"):
        mask = everything[int(index)].mask
        if mask is not None and (mask.array & inside).any():
            return region.but(mask=Mask(mask.array & inside), method=METHOD)
    return region.but(mask=Mask(inside), method="box")
