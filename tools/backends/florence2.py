"""Florence-2 through transformers: `find`, `list_objects`, `read_text`, `caption` and `ask`.

Xiao et al., "Florence-2: Advancing a Unified Representation for a Variety of Vision Tasks", 2023.
It writes places as words: `dog<loc_100><loc_50><loc_400><loc_900>`, in thousandths of the picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import PIL.Image

from ..cancellation import current_cancellation
from ..errors import ToolError
from ..hosting.model import Hosted, Placement
from ..hosting.pretrained import load_model, load_processor
from ..values import Box, Image, Region
from ..vocabulary import MAX_QUERY
from . import BackendSpec, Tools
from .checkpoint_source import CheckpointSource, require_class
from .groups import in_groups
from .language_tools import LanguageTools, Prompt
from .text_generation import generated, plain_text

WRITTEN_TOKENS = 1024
"""The most tokens of what is found or read: a box takes five or more."""

BINS = 1000
"""Into how many places a side of the picture is divided."""

_LOCATED = re.compile(r"(?P<words>[^<]*)(?P<places>(?:<loc_\d+>)+)")
_PLACE = re.compile(r"<loc_(\d+)>")
_SIGN = re.compile(r"</?[A-Za-z_]+\d*>")


def load(spec: BackendSpec, tools: Tools) -> Florence2Tools:
    """The backend; its option `tokens` is the most tokens of an answer or a caption."""
    return Florence2Tools(spec, tools.hosted(CheckpointSource(spec, Florence2.of)))


class Florence2Tools(LanguageTools):
    """The tools, each by its task prompt; what it finds has no score of its own, and counts as 1.

    `ask` is for checkpoints that were tuned on questions, as Florence-2-base-ft.
    """

    def __init__(self, spec: BackendSpec, model: Hosted[Prompt, str]) -> None:
        super().__init__(spec, model, model)
        self._model = model

    def find(self, image: Image, query: str) -> list[Region]:
        """The things that a phrase names.

        Raises:
            ToolError: the query is empty or too long.
        """
        wanted = re.sub(r"[<>]", " ", query).strip()
        if not 0 < len(wanted) <= MAX_QUERY:
            raise ToolError(
                f"a query has 1 to {MAX_QUERY} characters, unlike {query[:40]!r}",
                hint='name one thing: "dog"',
            )
        text = self._written(image, f"<CAPTION_TO_PHRASE_GROUNDING>{wanted}", WRITTEN_TOKENS)
        return _boxes(image, text, wanted)

    def list_objects(self, image: Image) -> list[Region]:
        """Everything that the model sees, with its name."""
        return _boxes(image, self._written(image, "<OD>", WRITTEN_TOKENS), "object")

    def read_text(self, image: Image) -> list[Region]:
        """Lines of text, in the order in which the model reads them."""
        text = self._written(image, "<OCR_WITH_REGION>", WRITTEN_TOKENS)
        regions: list[Region] = []
        for words, places in located(text):
            if len(places) == 8 and words:
                box = _box(image, places[0::2], places[1::2])
                regions.append(Region(image, box, "text", text=words))
        return regions

    def _said(self, model: Hosted[Prompt, str], image: Image, question: str) -> str:
        asked = re.sub(r"[<>]", " ", question)
        text = self._written(image, f"<VQA>{asked}" if question else "<CAPTION>", self._tokens)
        words = " ".join(_SIGN.sub(" ", text).split())
        if not words:
            raise ToolError("the model has no words for this", hint="ask in other words")
        return words

    def _written(self, image: Image, prompt: str, tokens: int) -> str:
        current_cancellation().check()
        return self._model.run(Prompt(image.pixels, prompt, tokens))


class Florence2:
    """A network of transformers with its processor; prompts begin with a task's sign."""

    def __init__(self, network: Any, processor: Any) -> None:
        self._network = network
        self._processor = processor

    @classmethod
    def of(cls, spec: BackendSpec, placement: Placement) -> Florence2:
        """The model of a checkpoint.

        Raises:
            ModelError: the checkpoint is missing, or of another kind.
        """
        kind = require_class(spec, "Florence2ForConditionalGeneration")
        return cls(load_model(kind, spec, placement), load_processor(spec))

    def run(self, items: Sequence[Prompt]) -> list[str]:
        """What the model writes, places included."""
        return in_groups(items, lambda item: item.tokens, self._write)

    def _write(self, items: list[Prompt]) -> list[str]:
        inputs = self._processor(
            images=[PIL.Image.fromarray(item.pixels) for item in items],
            text=[self._prompt(item.question) for item in items],
            padding=True,
            return_tensors="pt",
        )
        tokens = generated(self._network, inputs, items[0].tokens)
        written: list[str] = self._processor.batch_decode(tokens, skip_special_tokens=False)
        tokenizer = self._processor.tokenizer
        ends = {tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token} - {None}
        around = re.compile("|".join(map(re.escape, sorted(ends))))
        return [around.sub("", one).strip() for one in written]

    def _prompt(self, question: str) -> str:
        task, sign, words = question.partition(">")
        return task + sign + plain_text(words, self._processor.tokenizer)


def located(text: str) -> Iterator[tuple[str, list[int]]]:
    """The words of a text with the places, 0 to 999, that follow each of them."""
    for match in _LOCATED.finditer(text):
        places = [min(int(place), BINS - 1) for place in _PLACE.findall(match["places"])]
        yield " ".join(match["words"].split()), places


def _boxes(image: Image, text: str, default: str) -> list[Region]:
    """A region for each four places that span an area; words before them are the label of all.

    What the model writes again, as language models do, is left out.
    """
    regions: list[Region] = []
    for words, places in located(text):
        for start in range(0, len(places) - 3, 4):
            four = places[start : start + 4]
            region = Region(image, _box(image, four[0::2], four[1::2]), words or default)
            if region.box.area > 0 and region not in regions:
                regions.append(region)
    return regions


def _box(image: Image, across: Sequence[int], down: Sequence[int]) -> Box:
    """The box around points, in pixels: a place is the middle of its thousandth."""
    scale_x, scale_y = image.width / BINS, image.height / BINS
    return Box(
        (min(across) + 0.5) * scale_x,
        (min(down) + 0.5) * scale_y,
        (max(across) + 0.5) * scale_x,
        (max(down) + 0.5) * scale_y,
    )
