from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.tools.backends.grounding_prompt import (
    caption_of,
    corners,
    grounded,
    label_of,
    phrase_of_tokens,
    phrases_in,
    split_phrases,
)
from viscript.tools.errors import ToolError

PHRASES = st.lists(st.text("abc xyz", min_size=1).filter(str.strip), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("query", "phrases"),
    [
        ("Dog", ("dog",)),
        ("a cat.  the  remote control.", ("a cat", "the remote control")),
        ("cats, dogs; cats", ("cats", "dogs")),
        ("black and white dogs", ("black and white dogs",)),
        ("?! café ", ("cafe",)),
    ],
)
def test_a_query_is_split_into_phrases_in_small_letters(
    query: str, phrases: tuple[str, ...]
) -> None:
    assert phrases_in(query) == phrases


@given(st.text(max_size=60))
def test_any_query_gives_phrases_that_a_caption_can_hold_or_is_refused(query: str) -> None:
    try:
        phrases = phrases_in(query)
    except ToolError:
        return
    caption = caption_of(phrases)
    assert caption.count(".") == len(phrases)
    assert caption.endswith(".")
    assert "\n" not in caption


def test_a_label_leaves_the_article_out() -> None:
    assert label_of("the red car") == "red car"
    assert label_of("some") == "some"


@given(PHRASES, st.integers(8, 40))
def test_captions_hold_every_phrase_once_and_no_more_tokens_than_fit(
    phrases: list[str], limit: int
) -> None:
    groups = split_phrases(phrases, len, limit)
    assert [phrase for group in groups for phrase in group] == phrases
    for group in groups:
        tokens = sum(len(phrase) + 1 for phrase in group) + 2
        assert tokens <= limit or len(group) == 1


def test_each_token_belongs_to_the_phrase_before_its_full_stop() -> None:
    start, end, stop = 1, 2, 3
    tokens = [start, 10, 11, stop, 12, stop, end]
    assert phrase_of_tokens(tokens, stop, (start, end)) == [-1, 0, 0, -1, 1, -1, -1]


def test_a_box_is_labelled_by_the_phrase_of_its_best_token() -> None:
    logits = np.array([[9, 0, 2, 9, 1, 9, 9], [9, -1, -2, 9, 3, 9, 9]], dtype=np.float32)
    boxes = np.array([[0.5, 0.5, 0.2, 0.4], [0.25, 0.5, 0.5, 1.0]], dtype=np.float32)
    found = grounded(logits, boxes, [-1, 0, 0, -1, 1, -1, -1], (200, 100))
    assert found.classes.tolist() == [1, 0]
    np.testing.assert_allclose(found.scores, 1 / (1 + np.exp([-3.0, -2.0])), rtol=1e-6)
    np.testing.assert_allclose(found.boxes, [[0, 0, 100, 100], [80, 30, 120, 70]], atol=1e-4)


def test_boxes_are_shares_of_the_picture_by_centre_and_size() -> None:
    box = np.array([[0.25, 0.5, 0.5, 0.5]], dtype=np.float32)
    np.testing.assert_allclose(corners(box, (400, 200)), [[0, 50, 200, 150]])
