"""`similarity`, `classify` and `select` by models that embed pictures and texts in one space.

CLIP (Radford et al., 2021) and SigLIP (Zhai et al., 2023) differ in how two embeddings make a
score; here is what they have in common, whatever runs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from ..cancellation import current_cancellation
from ..errors import InputError, ToolError
from ..hosting.encodings import Encodings
from ..hosting.model import Hosted
from ..library.geometry import regions_in
from ..values import Box, Image, Region
from ..values.image import Pixels
from . import BackendSpec, Tools
from .detections import Floats
from .phrases import PhraseSelector

OPTIONS = ("prompt",)
"""`prompt` is the sentence that a label is put into, in place of its "{}"."""

PROMPT = "a photo of a {}"
"""What CLIP's authors put labels into."""

TEXT_BYTES = 32 * 2**20
"""What the encodings of texts may take: some 15,000 of 512 numbers."""

MOST_LABELS = 1000
OTHER = "other"
"""What a single label is contrasted with."""


class Comparison(NamedTuple):
    """A picture, uint8 of shape (H, W, 3), and the texts that it is compared with."""

    pixels: Pixels
    texts: tuple[str, ...]


class Scores(NamedTuple):
    """How well each text fits a picture; both have the shape (texts,).

    Args:
        similarities: in [0, 1]: the model's own probability where it was trained to give one
            (SigLIP), else the cosine, negative ones as 0 (as CLIPScore, Hessel et al., 2021).
        logits: their softmax says which of the texts fits best.
    """

    similarities: Floats
    logits: Floats


class Encoder(Protocol):
    """Embeds pictures and texts as vectors of length 1."""

    @property
    def scale(self) -> float:
        """What turns a cosine into a logit."""
        ...

    @property
    def bias(self) -> float | None:
        """What is added to the logits of models that were trained with a sigmoid."""
        ...

    def images(self, pictures: Sequence[Pixels]) -> Floats:
        """Shape (pictures, D), for pictures of any sizes."""
        ...

    def texts(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, D)."""
        ...


class ContrastiveModel:
    """Compares pictures with texts in batches; each text is encoded once and kept."""

    def __init__(self, encoder: Encoder) -> None:
        self.encodings = Encodings[Floats](TEXT_BYTES)
        self._encoder = encoder

    def run(self, items: Sequence[Comparison]) -> list[Scores]:
        """The scores of each comparison."""
        texts = list(dict.fromkeys(text for item in items for text in item.texts))
        vectors = self.encodings.get_or_all(texts, lambda new: list(self._encoder.texts(new)))
        row = {text: index for index, text in enumerate(texts)}
        pictures = self._encoder.images([item.pixels for item in items])
        cosines = pictures @ np.stack(vectors).T
        return [
            self._scores(line[[row[text] for text in item.texts]])
            for line, item in zip(cosines, items, strict=True)
        ]

    def _scores(self, cosines: Floats) -> Scores:
        bias = self._encoder.bias
        if bias is None:
            return Scores(np.clip(cosines, 0, 1), cosines * self._encoder.scale)
        logits = cosines * self._encoder.scale + bias
        # Beyond 30 the sigmoid is 0 or 1 in float32, and its exponential may overflow.
        sigmoid = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return Scores(sigmoid.astype(np.float32), logits)


class ContrastiveTools:
    """The tools, on a hosted `ContrastiveModel`.

    Args:
        spec: its option `prompt` is the sentence for labels.
        model: the model.
        tools: `color_of` and `read_text` help to select.

    Raises:
        InputError: the prompt has no place for a label.
    """

    def __init__(self, spec: BackendSpec, model: Hosted[Comparison, Scores], tools: Tools) -> None:
        spec.only(*OPTIONS)
        prompt = spec.options.get("prompt", PROMPT)
        if not isinstance(prompt, str) or "{}" not in prompt:
            raise InputError(
                f"the option prompt of the backend {spec.backend} is {prompt!r}",
                hint=f'it is a sentence with a place for a label: "{PROMPT}"',
            )
        self._prompt = prompt
        self._model = model
        self._selector = PhraseSelector(tools, judge=self)

    def similarity(self, region: Image | Region, phrase: str) -> float:
        """How well a phrase fits: see `Scores.similarities`."""
        (scores,) = self._compare([_region(region)], [_checked(phrase)])
        return float(scores.similarities[0])

    def classify(
        self,
        regions: Image | Region | Sequence[Region],
        labels: Sequence[str],
        one_each: bool = False,
    ) -> list[Region]:
        """The regions with their best labels; scores are shares among the labels, in [0, 1].

        With `one_each`, what is "other" is left out.

        Raises:
            ToolError: there are no labels, an empty one, or more than `MOST_LABELS`.
        """
        names = list(dict.fromkeys(map(_checked, labels)))
        if not 0 < len(names) <= MOST_LABELS:
            raise ToolError(
                f"classify can't choose among {len(names)} labels",
                hint=f"give 1 to {MOST_LABELS}",
            )
        choices = names if len(names) > 1 else [*names, OTHER]
        given = [_region(regions)] if isinstance(regions, Image) else regions_in(regions)
        chosen: list[Region] = []
        for region, scores in zip(given, self._compare(given, self._said(choices)), strict=True):
            best = int(np.argmax(scores.logits))
            shares = np.exp(scores.logits - scores.logits[best])
            chosen.append(region.but(label=choices[best], score=float(1 / shares.sum())))
        return _surest_of_each(chosen, names) if one_each else chosen

    def select(
        self, regions: Region | Sequence[Region], query: str, category: str | None = None
    ) -> list[Region]:
        """The regions that the phrases of a query mean, judged by their pictures where neither
        label, colour, place, size, number nor text decides.

        Raises:
            ToolError: the query is empty, too long, or breaks off.
        """
        return self._selector.select(regions, query, category)

    def ranked(self, regions: Sequence[Region], description: str) -> list[Region]:
        """The regions, the one that a description fits best first."""
        scores = self._compare(regions, self._said([description]))
        order = np.argsort([-float(one.logits[0]) for one in scores], kind="stable")
        return [regions[int(index)] for index in order]

    def fitting(self, regions: Sequence[Region], description: str) -> list[Region]:
        """The regions that a description fits better than their label alone does."""
        plain = [region.label or "thing" for region in regions]
        texts = list(dict.fromkeys([description, *plain]))
        compared = self._compare(regions, self._said(texts))
        return [
            region
            for region, label, scores in zip(regions, plain, compared, strict=True)
            if scores.logits[0] > scores.logits[texts.index(label)] or label == description
        ]

    def _said(self, labels: Sequence[str]) -> list[str]:
        return [self._prompt.replace("{}", label) for label in labels]

    def _compare(self, regions: Sequence[Region], texts: Sequence[str]) -> list[Scores]:
        current_cancellation().check()
        return self._model.run_all([Comparison(_crop(one), tuple(texts)) for one in regions])


def _region(picture: Image | Region) -> Region:
    """A whole picture as a region of itself."""
    if isinstance(picture, Region):
        return picture
    return Region(picture, Box(0, 0, picture.width, picture.height))


def _crop(region: Region) -> Pixels:
    left, top, right, bottom = region.box.to_pixels(region.image.size)
    return region.image.pixels[top:bottom, left:right]


def _checked(text: str) -> str:
    """A label or phrase without what surrounds it; no empty one says anything."""
    if not text.strip():
        raise ToolError("an empty text describes nothing", hint='name a thing: "dog"')
    return text.strip()


def _surest_of_each(regions: list[Region], labels: Sequence[str]) -> list[Region]:
    """For each label the region with the highest score, in the order of the regions."""
    kept = {
        label: max(
            (index for index, one in enumerate(regions) if one.label == label),
            key=lambda index: regions[index].score,
            default=-1,
        )
        for label in labels
    }
    return [region for index, region in enumerate(regions) if index in kept.values()]
