"""`GroundedDetector`: a loaded Grounding DINO, whichever package runs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import PIL.Image

from .detections import Detections, Floats
from .grounding_prompt import (
    SEPARATOR,
    caption_of,
    grounded,
    phrase_of_tokens,
    split_phrases,
)
from .margins import widened
from .open_vocabulary import Question


class GroundedDetector:
    """Answers questions about pictures in batches.

    Questions about pictures that come out at the same size share a forward pass. Others don't:
    the backbone sees the padding of a smaller picture, and an answer that is kept must not depend
    on what was asked beside it.

    Args:
        tokenizer: that of the network.
        longest: tokens of a caption that the network can read.
        prepare: a PIL image as the network takes it, a tensor of shape (3, H, W).
        detect: runs the network on tensors of one shape and a caption for each; its logits, float32
            (B, N, T), and boxes, float32 (B, N, 4): centre, width and height as shares.
        mixes_captions: whether the captions of one pass may differ.
    """

    def __init__(
        self,
        tokenizer: Any,
        longest: int,
        prepare: Callable[[PIL.Image.Image], Any],
        detect: Callable[[list[Any], list[str]], tuple[Floats, Floats]],
        *,
        mixes_captions: bool,
    ) -> None:
        self._tokenizer = tokenizer
        self._longest = longest
        self._prepare = prepare
        self._detect = detect
        self._mixes_captions = mixes_captions
        self._separator = int(tokenizer.convert_tokens_to_ids(SEPARATOR))

    def run(self, items: Sequence[Question]) -> list[Detections]:
        """The detections of each question, boxes in pixels of its picture."""
        shown = {image: widened(image) for image in {item.image for item in items}}
        pixels = {image: self._prepare(picture) for image, picture in shown.items()}
        groups: dict[tuple[tuple[int, ...], str], list[_Part]] = defaultdict(list)
        for index, item in enumerate(items):
            for part in self._parts(index, item):
                caption = "" if self._mixes_captions else part.caption
                groups[tuple(pixels[item.image].shape), caption].append(part)
        found: list[list[Detections]] = [[] for _ in items]
        for parts in groups.values():
            batch = [pixels[items[part.question].image] for part in parts]
            logits, boxes = self._detect(batch, [part.caption for part in parts])
            for part, fit, places in zip(parts, logits, boxes, strict=True):
                image = items[part.question].image
                tokens = self._phrases_of_tokens(part.caption)
                detections = grounded(fit, places, tokens, shown[image].size).inside(image.size)
                found[part.question].append(detections.of_classes_from(part.first))
        return [Detections.joined(each) for each in found]

    def _parts(self, index: int, item: Question) -> list[_Part]:
        """The captions of a question, none longer than the network can read."""
        parts: list[_Part] = []
        first = 0
        for group in split_phrases(item.phrases, self._length, self._longest):
            parts.append(_Part(index, first, caption_of(group)))
            first += len(group)
        return parts

    def _length(self, text: str) -> int:
        return len(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _phrases_of_tokens(self, caption: str) -> list[int]:
        tokens: list[int] = self._tokenizer(caption)["input_ids"]
        return phrase_of_tokens(tokens, self._separator, (tokens[0], tokens[-1]))


class _Part(NamedTuple):
    """One caption of a question: a question of many phrases has several.

    Args:
        question: its position in the batch.
        first: the position of the caption's first phrase in the question.
        caption: the prompt.
    """

    question: int
    first: int
    caption: str
