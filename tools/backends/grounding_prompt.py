"""What Grounding DINO is asked, and what its answer means: phrases, captions and tokens.

The detector reads one caption, "traffic light. dog.", and scores each of its boxes against each
token of it (Liu et al., "Grounding DINO", 2023).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError
from ..lexicon import plain, standard_lexicon
from ..vocabulary import MAX_QUERY
from .detections import Detections, Floats

SEPARATOR = "."
"""Ends each phrase of a caption; a token of its own."""

SPECIAL_TOKENS = 2
"""Tokens around each caption: its start and its end."""


def phrases_in(query: str) -> tuple[str, ...]:
    """The phrases of a query, in small letters: what stands between commas and full stops.

    Raises:
        ToolError: there is none, or the query is too long.
    """
    if len(query) > MAX_QUERY:
        raise ToolError(f"a query has at most {MAX_QUERY} characters", hint="name one thing")
    parts = (" ".join(part.split()) for part in re.split(r"[.,;:?!\n]+", plain(query)))
    phrases = dict.fromkeys(part.lower() for part in parts if any(map(str.isalnum, part)))
    if not phrases:
        raise ToolError(f"the query {query!r} names nothing", hint='name a thing: "dog"')
    return tuple(phrases)


def label_of(phrase: str) -> str:
    """What a region is called that a phrase found: the phrase without "a", "the", "some"."""
    words = phrase.split()
    while len(words) > 1 and words[0] in standard_lexicon().determiners:
        words.pop(0)
    return " ".join(words)


def caption_of(phrases: Sequence[str]) -> str:
    """The prompt for some phrases: "traffic light. dog."."""
    return " ".join(f"{phrase}{SEPARATOR}" for phrase in phrases)


def split_phrases(
    phrases: Sequence[str], tokens: Callable[[str], int], limit: int
) -> list[tuple[str, ...]]:
    """The phrases in groups whose captions the detector can read.

    Args:
        phrases: the phrases.
        tokens: how many tokens a text has, without those around a caption.
        limit: the most tokens of a caption.
    """
    groups: list[list[str]] = [[]]
    room = limit - SPECIAL_TOKENS
    left = room
    for phrase in phrases:
        length = tokens(phrase) + 1
        if length > left and groups[-1]:
            groups.append([])
            left = room
        groups[-1].append(phrase)
        left -= length
    return [tuple(group) for group in groups]


def phrase_of_tokens(tokens: Sequence[int], separator: int, special: Sequence[int]) -> list[int]:
    """For each token of a caption, the position of its phrase; -1 for those between phrases.

    Args:
        tokens: the ids of the caption's tokens.
        separator: the id of the full stop.
        special: ids of tokens that belong to no phrase: start, end, padding.
    """
    places: list[int] = []
    phrase = 0
    for token in tokens:
        places.append(-1 if token == separator or token in special else phrase)
        phrase += token == separator
    return places


def grounded(
    logits: Floats, boxes: Floats, places: Sequence[int], size: tuple[int, int]
) -> Detections:
    """The detections in one picture, each with the phrase that it fits best.

    Args:
        logits: shape (N, T): how well each box fits each token; later tokens are padding.
        boxes: shape (N, 4): centre x, centre y, width and height as shares of the picture.
        places: for each token of the caption, the position of its phrase, or -1.
        size: (width, height) of the picture as it was shown.

    Returns:
        Boxes in pixels of that picture, which they may leave; the score is that of the phrase's
        best token.
    """
    tokens = np.asarray(places)
    phrases = range(max(places, default=-1) + 1)
    kinds = [kind for kind in phrases if np.any(tokens == kind)]
    if not kinds:
        return Detections.joined([])
    best = [logits[:, : len(tokens)][:, tokens == kind].max(axis=1) for kind in kinds]
    fit = np.stack(best, axis=1)
    chosen = fit.argmax(axis=1)
    scores = _sigmoid(fit[np.arange(len(fit)), chosen])
    return Detections.sorted(corners(boxes, size), scores, np.asarray(kinds, np.int64)[chosen])


def corners(boxes: Floats, size: tuple[int, int]) -> Floats:
    """Boxes as centre, width and height, in shares of `size`, as corners in pixels; (N, 4)."""
    centres, halves = boxes[:, :2], boxes[:, 2:] / 2
    limits = np.array([*size, *size], dtype=np.float32)
    shares = np.concatenate([centres - halves, centres + halves], axis=1)
    return (shares * limits).astype(np.float32)


def _sigmoid(values: Floats) -> NDArray[np.float32]:
    return (1 / (1 + np.exp(-values.clip(-80, 80)))).astype(np.float32)
