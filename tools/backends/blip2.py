"""BLIP-2 through transformers: `caption` and `ask` by a language model that sees by a Q-Former.

Li et al., "BLIP-2: Bootstrapping Language-Image Pre-training with Frozen Image Encoders and Large
Language Models", 2023.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import PIL.Image

from ..hosting.model import Placement
from ..hosting.pretrained import load_model, load_processor
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource, require_class
from .groups import in_groups
from .language_tools import LanguageTools, Prompt
from .text_generation import generated, plain_text

QUESTION = "Question: {} Short answer:"
"""The prompt of the paper for questions; captions have none."""


def load(spec: BackendSpec, tools: Tools) -> LanguageTools:
    """The backend; its option `tokens` is the most tokens of what it says."""
    model = tools.hosted(CheckpointSource(spec, Blip2.of))
    return LanguageTools(spec, model, model)


class Blip2:
    """A network of transformers with its processor."""

    def __init__(self, network: Any, processor: Any) -> None:
        self._network = network
        self._processor = processor
        processor.tokenizer.padding_side = "left"

    @classmethod
    def of(cls, spec: BackendSpec, placement: Placement) -> Blip2:
        """The model of a checkpoint.

        Raises:
            ModelError: the checkpoint is missing, or of another kind.
        """
        kind = require_class(spec, "Blip2ForConditionalGeneration")
        return cls(load_model(kind, spec, placement), load_processor(spec))

    def run(self, items: Sequence[Prompt]) -> list[str]:
        """What the model says to each prompt."""
        return in_groups(items, lambda item: (item.tokens, not item.question), self._say)

    def _say(self, items: list[Prompt]) -> list[str]:
        questions = [plain_text(item.question, self._processor.tokenizer) for item in items]
        inputs = self._processor(
            images=[PIL.Image.fromarray(item.pixels) for item in items],
            text=[QUESTION.replace("{}", one) if one else "" for one in questions],
            padding=True,
            return_tensors="pt",
        )
        tokens = generated(self._network, inputs, items[0].tokens)
        if not self._network.config.get_text_config().is_encoder_decoder:
            tokens = tokens[:, inputs["input_ids"].shape[1] :]
        return self._processor.batch_decode(tokens, skip_special_tokens=True)
