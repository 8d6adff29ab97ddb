"""Any detector of transformers with names of its own: `find`, `list_objects` and `find_faces`.

YOLOS, DETR, RT-DETR, D-FINE and others, by what `AutoModelForObjectDetection` loads: of COCO's
things, of faces, or of what a domain needs ("nodule").
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import PIL.Image

from ..errors import NotOfferedError
from ..hosting.model import Placement
from ..hosting.pretrained import config_of, load_model, load_processor
from ..lexicon import plain, standard_lexicon
from ..values import Image, Region
from ..values.image import Pixels
from ..vocabulary import Vocabulary
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource
from .detections import Detections
from .groups import in_groups
from .object_finder import ObjectFinder

THRESHOLD = 0.5
"""Least score of what is reported, unless the option `threshold` says otherwise."""

FLOOR = 0.05
"""Least score of what the model gives to the tools, each of which has its own threshold."""


def load(spec: BackendSpec, tools: Tools) -> ObjectDetection:
    """The backend; its option `threshold` is the least score that is reported."""
    spec.only("threshold")
    threshold = spec.number("threshold", THRESHOLD, FLOOR, 1)
    hosted = tools.hosted(CheckpointSource(spec, Detector.of))
    named: dict[str, Any] = config_of(spec).get("id2label") or {}
    names = [str(named[key]) for key in sorted(named, key=int)]
    return ObjectDetection(ObjectFinder(hosted.run, names, threshold), names)


class ObjectDetection:
    """The tools.

    Args:
        finder: finds everything.
        names: what it can find.
    """

    def __init__(self, finder: ObjectFinder, names: Sequence[str]) -> None:
        self._finder = finder
        self._names = tuple(names)
        self._vocabulary = Vocabulary(names)

    def find(self, image: Image, query: str) -> list[Region]:
        """The objects that a query names: by a name of the detector, or by what means one.

        Raises:
            NotOfferedError: the detector knows nothing of the kind.
            ToolError: the query names nothing, or is too long.
        """
        wanted = self._meant(query)
        return [one for one in self._finder.list_objects(image) if one.label in wanted]

    def list_objects(self, image: Image) -> list[Region]:
        """Everything that the detector knows, the surest first."""
        return self._finder.list_objects(image)

    def find_faces(self, image: Image) -> list[Region]:
        """The faces, labelled "face", the surest first.

        Raises:
            NotOfferedError: none of the detector's names is that of a face.
        """
        faces = {name for name in self._names if "face" in _words(name)}
        if not faces and len(self._names) == 1:
            # Checkpoints of one class often leave its name as "LABEL_0".
            faces = {name for name in self._names if name.startswith("LABEL_")}
        if not faces:
            raise NotOfferedError(
                f"this detector finds no faces, but {', '.join(self._names[:5])}",
                hint="name a checkpoint for faces in tools.find_faces of the profile",
            )
        found = self._finder.list_objects(image)
        return [one.but(label="face") for one in found if one.label in faces]

    def _meant(self, query: str) -> frozenset[str]:
        said = _words(query)
        exact = frozenset(name for name in self._names if _fits(_words(name), said, whole=True))
        if exact:
            return exact
        try:
            return self._vocabulary.names(query)
        except NotOfferedError:
            parts = {name for name in self._names if _fits(_words(name), said, whole=False)}
            longest = max((len(_words(name)) for name in parts), default=0)
            if not parts:
                raise
            return frozenset(name for name in parts if len(_words(name)) == longest)


class Detector:
    """A network of transformers with its image processor."""

    def __init__(self, network: Any, processor: Any) -> None:
        self._network = network
        self._processor = processor
        self._torch: Any = importlib.import_module("torch")

    @classmethod
    def of(cls, spec: BackendSpec, placement: Placement) -> Detector:
        """The model of a checkpoint.

        Raises:
            ModelError: the checkpoint is missing, or no detector.
        """
        network = load_model("AutoModelForObjectDetection", spec, placement)
        return cls(network, load_processor(spec, "AutoImageProcessor"))

    def run(self, items: Sequence[Pixels]) -> list[Detections]:
        """What is in each picture, in its pixels; inputs of one shape run together.

        Some architectures don't look at the mask of padding, and would see it.
        """
        inputs = [
            (self._processor(images=PIL.Image.fromarray(one), return_tensors="pt"), one.shape[:2])
            for one in items
        ]
        return in_groups(inputs, lambda one: tuple(one[0]["pixel_values"].shape), self._detect)

    def _detect(self, inputs: list[tuple[Any, tuple[int, ...]]]) -> list[Detections]:
        network, torch = self._network, self._torch
        batch = torch.cat([one["pixel_values"] for one, _ in inputs])
        with torch.inference_mode():
            outputs = network(pixel_values=batch.to(network.device, network.dtype))
            outputs.logits, outputs.pred_boxes = outputs.logits.float(), outputs.pred_boxes.float()
            sizes = torch.tensor([size for _, size in inputs], device=network.device)
            results = self._processor.post_process_object_detection(
                outputs, threshold=FLOOR, target_sizes=sizes
            )
        return [
            _detections(result, size) for result, (_, size) in zip(results, inputs, strict=True)
        ]


def _detections(result: Any, size: tuple[int, ...]) -> Detections:
    """What a processor says about one picture of `size` (height, width), cut off at its edges."""
    height, width = size
    boxes = result["boxes"].cpu().numpy().astype(np.float32)
    corners = np.clip(boxes, 0, np.array([width, height, width, height], dtype=np.float32))
    ordered = np.concatenate(
        [np.minimum(corners[:, :2], corners[:, 2:]), np.maximum(corners[:, :2], corners[:, 2:])], 1
    )
    scores = result["scores"].cpu().numpy().astype(np.float32)
    return Detections.sorted(ordered, scores, result["labels"].cpu().numpy().astype(np.int64))


def _words(text: str) -> list[str]:
    """The words of a name or query, without determiners, in small letters."""
    words = "".join(sign if sign.isalnum() else " " for sign in plain(text)).split()
    return [word for word in words if word not in standard_lexicon().determiners] or words


def _fits(name: list[str], said: list[str], *, whole: bool) -> bool:
    """Whether the words of a name are those of a query, or, not `whole`, some of them in a row."""
    singulars = [set(standard_lexicon().singulars(word)) for word in said]
    starts = range(len(said) - len(name) + 1)
    if whole and len(said) != len(name):
        return False
    return bool(name) and any(
        all(word in singulars[start + index] for index, word in enumerate(name)) for start in starts
    )
