"""SAM through transformers: `segment` (Kirillov et al., "Segment Anything", 2023)."""

from __future__ import annotations

from ..hosting.model import Placement
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource
from .mask_generator import Everything
from .promptable import HubPromptable
from .prompted_segmenter import PromptedModel, PromptedSegmenter

QUALITY = 0.88
"""The least quality of a mask without regions, unless the option `quality` says otherwise."""


def load(spec: BackendSpec, tools: Tools) -> PromptedSegmenter:
    """The backend; its options are those of `Everything`, for calls without regions."""
    spec.only(*Everything.OPTIONS)
    rules = Everything.of(spec, QUALITY)
    return PromptedSegmenter(tools.hosted(CheckpointSource(spec, model)), rules, "sam")


def model(spec: BackendSpec, placement: Placement) -> PromptedModel:
    """Loads a checkpoint."""
    return PromptedModel(HubPromptable.load("SamModel", spec, placement))
