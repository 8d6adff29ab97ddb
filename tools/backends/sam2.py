"""SAM 2 through transformers: `segment` (Ravi et al., "SAM 2", 2024).

Checkpoints of SAM 2.1 are of the same architecture.
"""

from __future__ import annotations

from ..hosting.model import Placement
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource
from .mask_generator import Everything
from .promptable import HubPromptable
from .prompted_segmenter import PromptedModel, PromptedSegmenter

QUALITY = 0.8
"""The least quality of a mask without regions, unless the option `quality` says otherwise."""


def load(spec: BackendSpec, tools: Tools) -> PromptedSegmenter:
    """The backend; its options are those of `Everything`, for calls without regions."""
    spec.only(*Everything.OPTIONS)
    rules = Everything.of(spec, QUALITY)
    return PromptedSegmenter(tools.hosted(CheckpointSource(spec, model)), rules, "sam2")


def model(spec: BackendSpec, placement: Placement) -> PromptedModel:
    """Loads a checkpoint: also one for videos, of which the memory is left out."""
    return PromptedModel(HubPromptable.load("Sam2Model", spec, placement))
