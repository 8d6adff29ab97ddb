"""SAM 3's tracker: `segment` with boxes, as SAM and SAM 2 do (Carion et al., 2025).

It is a part of the same checkpoint that the backend `sam3` finds things with.
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
    return PromptedSegmenter(tools.hosted(CheckpointSource(spec, model)), rules, "sam3")


def model(spec: BackendSpec, placement: Placement) -> PromptedModel:
    """Loads a checkpoint: one for videos, as SAM 3 is published, of which the rest is left out."""
    return PromptedModel(HubPromptable.load("Sam3TrackerModel", spec, placement, "sam3_video"))
