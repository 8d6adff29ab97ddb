"""ViLT through transformers: `ask`, answered with one of some thousand frequent answers.

Kim et al., "ViLT: Vision-and-Language Transformer Without Convolution or Region Supervision", 2021.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import PIL.Image

from ..hosting.model import Placement
from ..hosting.pretrained import load_model, load_processor
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource, require_class
from .language_tools import Answering, Prompt
from .text_generation import plain_text


def load(spec: BackendSpec, tools: Tools) -> Answering:
    """The backend; it has no options."""
    spec.only()
    return Answering(tools.hosted(CheckpointSource(spec, Vilt.of)))


class Vilt:
    """A network of transformers with its processor and the answers that it knows."""

    def __init__(self, network: Any, processor: Any) -> None:
        self._network = network
        self._processor = processor
        self._longest: int = network.config.max_position_embeddings
        self._torch: Any = importlib.import_module("torch")

    @classmethod
    def of(cls, spec: BackendSpec, placement: Placement) -> Vilt:
        """The model of a checkpoint.

        Raises:
            ModelError: the checkpoint is missing, or of another kind.
        """
        kind = require_class(spec, "ViltForQuestionAnswering")
        return cls(load_model(kind, spec, placement), load_processor(spec))

    def run(self, items: Sequence[Prompt]) -> list[str]:
        """The likeliest answer to each question; pictures and questions are padded and masked."""
        network, tokenizer = self._network, self._processor.tokenizer
        inputs = self._processor(
            images=[PIL.Image.fromarray(item.pixels) for item in items],
            text=[plain_text(item.question, tokenizer) for item in items],
            padding=True,
            truncation=True,
            max_length=self._longest,
            return_tensors="pt",
        ).to(network.device, network.dtype)
        with self._torch.inference_mode():
            best = network(**inputs).logits.argmax(-1).tolist()
        return [str(network.config.id2label[index]) for index in best]
