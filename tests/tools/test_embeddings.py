"""Vectors of texts."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from viscript.tools import embeddings
from viscript.tools.embeddings import MAX_CHARACTERS, standard_embeddings
from viscript.tools.errors import ModelError


def _similarity(a: str, b: str) -> float:
    first, second = standard_embeddings().of([a, b])
    return float(first @ second)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("dog", "puppy", "bicycle"),
        ("how many kids are there", "count the children", "blur the background"),
        ("remove the person", "erase that man", "what does the sign say"),
    ],
)
def test_texts_about_the_same_are_nearer_than_others(text: str, near: str, far: str) -> None:
    assert _similarity(text, near) > _similarity(text, far) + 0.1


def test_a_vector_has_the_length_one_and_that_of_nothing_zero() -> None:
    vectors = standard_embeddings().of(["a dog on a sofa", "개", ""])
    assert vectors.shape == (3, 256)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 1, 0], atol=1e-6)


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    alone = standard_embeddings().of(["a dog"])[0]
    among = standard_embeddings().of(["a dog", "a much longer text about something else"])[0]
    assert np.array_equal(alone, among)


def test_only_the_start_of_a_long_text_is_read() -> None:
    start = "dog " * (MAX_CHARACTERS // 4)
    assert _similarity(start, start + "cat " * 100_000) == pytest.approx(1, abs=1e-6)


def test_no_text_has_no_vectors() -> None:
    assert standard_embeddings().of([]).shape == (0, 256)


def test_loading_leaves_the_log_of_the_process_alone() -> None:
    standard_embeddings.cache_clear()
    before = (list(logging.root.handlers), logging.root.level)
    standard_embeddings()
    assert (list(logging.root.handlers), logging.root.level) == before


def test_missing_weights_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_embeddings.cache_clear()
    monkeypatch.setattr(embeddings, "WEIGHTS", "weights/missing.safetensors")
    with pytest.raises(ModelError, match="can't be loaded"):
        standard_embeddings()
    standard_embeddings.cache_clear()
