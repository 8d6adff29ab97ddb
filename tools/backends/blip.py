"""BLIP through transformers: `caption` or `ask`, whichever its checkpoint was trained for.

Li et al., "BLIP: Bootstrapping Language-Image Pre-training", 2022.
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


def load(spec: BackendSpec, tools: Tools) -> LanguageTools:
    """The backend; its option `tokens` is the most tokens of what it says."""
    answerer = tools.hosted(CheckpointSource(spec, BlipAnswerer.of))
    describer = tools.hosted(CheckpointSource(spec, BlipDescriber.of))
    return LanguageTools(spec, answerer, describer)


class BlipDescriber:
    """Describes pictures."""

    def __init__(self, network: Any, processor: Any) -> None:
        self._network = network
        self._processor = processor

    @classmethod
    def of(cls, spec: BackendSpec, placement: Placement) -> BlipDescriber:
        """The model of a checkpoint for captioning.

        Raises:
            ModelError: the checkpoint is missing, or for something else.
        """
        kind = require_class(spec, "BlipForConditionalGeneration")
        return cls(load_model(kind, spec, placement), load_processor(spec))

    def run(self, items: Sequence[Prompt]) -> list[str]:
        """What each picture shows."""
        return in_groups(items, lambda item: item.tokens, self._describe)

    def _describe(self, items: list[Prompt]) -> list[str]:
        pictures = [PIL.Image.fromarray(item.pixels) for item in items]
        inputs = self._processor(images=pictures, return_tensors="pt")
        tokens = generated(self._network, inputs, items[0].tokens)
        return self._processor.batch_decode(tokens, skip_special_tokens=True)


class BlipAnswerer:
    """Answers questions."""

    def __init__(self, network: Any, processor: Any) -> None:
        self._network = network
        self._processor = processor
        self._longest: int = network.config.text_config.max_position_embeddings

    @classmethod
    def of(cls, spec: BackendSpec, placement: Placement) -> BlipAnswerer:
        """The model of a checkpoint for questions.

        Raises:
            ModelError: the checkpoint is missing, or for something else.
        """
        kind = require_class(spec, "BlipForQuestionAnswering")
        return cls(load_model(kind, spec, placement), load_processor(spec))

    def run(self, items: Sequence[Prompt]) -> list[str]:
        """What the model says to each question.

        The answering part attends to padding as if it were words: only questions of one length run
        together.
        """
        return in_groups(items, lambda item: (item.tokens, self._length(item)), self._answer)

    def _question(self, item: Prompt) -> str:
        return plain_text(item.question, self._processor.tokenizer)

    def _length(self, item: Prompt) -> int:
        return len(self._processor.tokenizer(self._question(item)).input_ids)

    def _answer(self, items: list[Prompt]) -> list[str]:
        inputs = self._processor(
            images=[PIL.Image.fromarray(item.pixels) for item in items],
            text=[self._question(item) for item in items],
            truncation=True,
            max_length=self._longest,
            return_tensors="pt",
        )
        tokens = generated(self._network, inputs, items[0].tokens)
        return self._processor.batch_decode(tokens, skip_special_tokens=True)
