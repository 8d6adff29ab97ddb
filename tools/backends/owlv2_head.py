"""OWLv2 after its networks: pictures are places with boxes and vectors, phrases are vectors.

A picture is encoded once; each question about it is then a product of matrices (Minderer et al.,
"Scaling Open-Vocabulary Object Detection", 2023). Nothing here needs torch: the networks run in
torch (`owlv2`) or onnxruntime (`onnx_detector`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np

from ..hosting.encodings import Encodings
from ..values import Image
from ..values.image import Pixels
from .detections import Detections, Floats
from .grounding_prompt import corners, label_of
from .open_vocabulary import Question

PROMPT = "a photo of a {}"
"""The sentence for a phrase, one of those that the network was trained with."""

THRESHOLD = 0.2
"""Least score of what is reported, unless the option `threshold` says otherwise."""

OVERLAP = 0.5
"""Two boxes that overlap more show one thing, unless the option `overlap` says otherwise."""

ENCODINGS_BYTES = 128 * 2**20
"""What encodings may take: some 17 pictures of 3,600 places with 512 numbers each."""


class Places(NamedTuple):
    """A picture, encoded: P places, each of which may be a thing.

    Args:
        boxes: (P, 4): centre, width and height as shares of the square around the picture.
        vectors: (P, D), of length 1: what may be there.
        shift, scale: (P,): turn the cosine with a phrase's vector into a logit.
    """

    boxes: Floats
    vectors: Floats
    shift: Floats
    scale: Floats


class OwlEncoder(Protocol):
    """The networks of an OWLv2."""

    def images(self, images: Sequence[Image]) -> list[Places]:
        """The encodings of pictures, computed together."""
        ...

    def texts(self, texts: Sequence[str]) -> Floats:
        """The vectors of texts, (texts, D), of length 1."""
        ...


class OwlModel:
    """The networks in memory, with the encodings of the pictures and phrases they saw last."""

    def __init__(self, encoder: OwlEncoder) -> None:
        self._encoder = encoder
        self.encodings: Encodings[Any] = Encodings(ENCODINGS_BYTES)

    def run(self, items: Sequence[Question]) -> list[Detections]:
        """The detections of each question, boxes in pixels of its picture."""
        images = {f"image {item.image.digest}": item.image for item in items}
        keys = list(images)
        encoded: list[Places] = self.encodings.get_or_all(
            keys, lambda missing: self._encoder.images([images[key] for key in missing])
        )
        places = dict(zip(keys, encoded, strict=True))
        return [
            detections(
                places[f"image {item.image.digest}"], self._vectors(item.phrases), item.image.size
            )
            for item in items
        ]

    def _vectors(self, phrases: Sequence[str]) -> Floats:
        """The phrases' vectors, (phrases, D)."""
        texts = {f"text {phrase}": PROMPT.format(label_of(phrase)) for phrase in phrases}
        vectors: list[Floats] = self.encodings.get_or_all(
            list(texts), lambda missing: list(self._encoder.texts([texts[key] for key in missing]))
        )
        return np.stack(vectors)


def detections(places: Places, queries: Floats, size: tuple[int, int]) -> Detections:
    """What is at each place, if it is one of some phrases.

    Args:
        places: the picture.
        queries: the phrases' vectors, (Q, D).
        size: (width, height) of the picture.

    Returns:
        One detection for each place inside the picture, with the phrase that fits it best.
    """
    logits = (places.vectors @ queries.T + places.shift[:, None]) * places.scale[:, None]
    classes = logits.argmax(axis=1)
    best = logits[np.arange(len(logits)), classes].clip(-80, 80)
    scores = (1 / (1 + np.exp(-best))).astype(np.float32)
    side = max(size)
    boxes = corners(places.boxes, (side, side))
    return Detections.sorted(boxes, scores, classes.astype(np.int64)).inside(size)


def fitted(pixels: Pixels, side: int) -> Floats:
    """A picture in the network's square, float32 (side, side, 3) in [0, 1].

    As transformers' processor of OWLv2 does it: black to its right or below it, then smoothed by as
    much as it shrinks.
    """
    height, width = pixels.shape[:2]
    square = max(height, width)
    canvas = np.zeros((square, square, 3), dtype=np.float32)
    canvas[:height, :width] = pixels.astype(np.float32) / 255
    deviation = (square / side - 1) / 2
    if deviation > 0:
        reach = 2 * int(np.ceil(3 * deviation)) + 1
        canvas = cv2.GaussianBlur(canvas, (reach, reach), deviation)
    return cv2.resize(canvas, (side, side), interpolation=cv2.INTER_LINEAR).astype(np.float32)
