"""Any vision-language model of transformers with a chat template: `ask` and `caption`.

SmolVLM, Qwen2-VL to Qwen3-VL, InternVL, LLaVA, Gemma 3, Idefics 3 and others, by what
`AutoModelForImageTextToText` loads. What is written in the picture or the question is data to it:
it is asked one thing, says a few words, and has no tools.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import PIL.Image

from ..errors import ModelError
from ..hosting.model import Placement
from ..hosting.pretrained import load_model, load_processor
from ..values.image import Pixels
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource
from .groups import in_groups
from .language_tools import LanguageTools, Prompt
from .text_generation import generated, plain_text

QUESTION = "{}\nAnswer the question using a single word or phrase."
"""The prompt for short answers of Liu et al., "Improved Baselines with Visual Instruction Tuning",
2023, which later models were trained on too."""

DESCRIPTION = "Describe the picture in one sentence."

LONGEST_SIDE = 1536
"""Pixels; larger pictures are made smaller: some models spend a token on each 28x28 of them."""


def load(spec: BackendSpec, tools: Tools) -> LanguageTools:
    """The backend; its option `tokens` is the most tokens of what it says."""
    model = tools.hosted(CheckpointSource(spec, VisionLanguageModel.of))
    return LanguageTools(spec, model, model)


class VisionLanguageModel:
    """A network of transformers with its processor."""

    def __init__(self, network: Any, processor: Any) -> None:
        self._network = network
        self._processor = processor
        # A model goes on from the end of its prompt: padding stands before it.
        processor.tokenizer.padding_side = "left"

    @classmethod
    def of(cls, spec: BackendSpec, placement: Placement) -> VisionLanguageModel:
        """The model of a checkpoint.

        Raises:
            ModelError: the checkpoint is missing, of another kind, or has no chat template.
        """
        network = load_model("AutoModelForImageTextToText", spec, placement)
        processor = load_processor(spec)
        if not getattr(processor, "chat_template", None):
            raise ModelError(
                f"the checkpoint {spec.checkpoint} has no chat template",
                hint="name one that was tuned for instructions, or the backend of its own family",
            )
        return cls(network, processor)

    def run(self, items: Sequence[Prompt]) -> list[str]:
        """What the model says to each prompt."""
        return in_groups(items, lambda item: item.tokens, self._say)

    def _say(self, items: list[Prompt]) -> list[str]:
        inputs = self._processor.apply_chat_template(
            [self._conversation(item) for item in items],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            processor_kwargs={"padding": True},
        )
        tokens = generated(self._network, inputs, items[0].tokens)
        new = tokens[:, inputs["input_ids"].shape[1] :]
        return self._processor.batch_decode(new, skip_special_tokens=True)

    def _conversation(self, item: Prompt) -> list[dict[str, Any]]:
        question = plain_text(item.question, self._processor.tokenizer)
        text = QUESTION.replace("{}", question) if item.question else DESCRIPTION
        picture = {"type": "image", "image": shrunk(item.pixels)}
        return [{"role": "user", "content": [picture, {"type": "text", "text": text}]}]


def shrunk(pixels: Pixels) -> PIL.Image.Image:
    """A picture whose longer side has at most `LONGEST_SIDE` pixels."""
    picture = PIL.Image.fromarray(pixels)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), PIL.Image.Resampling.LANCZOS)
    return picture
