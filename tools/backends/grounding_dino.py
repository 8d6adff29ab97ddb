"""Grounding DINO and MM-Grounding-DINO through transformers: finds what words name.

It serves `find` and `list_objects` (Liu et al., "Grounding DINO", 2023; Zhao et al., "An Open and
Comprehensive Pipeline for Unified Object Grounding and Detection", 2024).
"""

from __future__ import annotations

import importlib
from typing import Any

import PIL.Image

from ..hosting.model import Placement
from ..hosting.pretrained import load_model, load_processor, require_architecture
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource
from .detections import Floats
from .grounded_detector import GroundedDetector
from .open_vocabulary import OpenVocabularyFinder

ARCHITECTURES = ("grounding-dino", "mm-grounding-dino")

THRESHOLD = 0.3
"""Least score of what is reported, unless the option `threshold` says otherwise; 0.35 upstream."""

OVERLAP = 0.8
"""Two boxes that overlap more show one thing, unless the option `overlap` says otherwise."""


def load(spec: BackendSpec, tools: Tools) -> OpenVocabularyFinder:
    """The backend; its options are `threshold`, `overlap` and `vocabulary`."""
    spec.only(*OpenVocabularyFinder.OPTIONS)
    hosted = tools.hosted(CheckpointSource(spec, detector))
    return OpenVocabularyFinder.of(spec, hosted.run, threshold=THRESHOLD, overlap=OVERLAP)


def detector(spec: BackendSpec, placement: Placement) -> GroundedDetector:
    """Loads a checkpoint.

    Raises:
        ModelError: it is missing, or of another architecture.
    """
    require_architecture(spec, *ARCHITECTURES)
    processor = load_processor(spec)
    network = load_model("AutoModelForZeroShotObjectDetection", spec, placement)
    torch: Any = importlib.import_module("torch")
    tokenizer = processor.tokenizer

    def prepare(picture: PIL.Image.Image) -> Any:
        processed = processor.image_processor(images=[picture], return_tensors="pt")
        return processed["pixel_values"][0]

    def detect(batch: list[Any], captions: list[str]) -> tuple[Floats, Floats]:
        tokens = tokenizer(
            captions, padding=True, return_tensors="pt", return_token_type_ids=True
        ).to(network.device)
        with torch.inference_mode():
            outputs = network(
                pixel_values=torch.stack(batch).to(network.device, network.dtype), **tokens
            )
        return outputs.logits.float().cpu().numpy(), outputs.pred_boxes.float().cpu().numpy()

    longest = int(network.config.max_text_len)
    return GroundedDetector(tokenizer, longest, prepare, detect, mixes_captions=True)
