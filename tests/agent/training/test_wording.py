"""From templates to what people type."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.agent.training.nouns import article, is_held_out
from viscript.agent.training.wording import dress, expand, fill, mistyped, templates


def test_each_choice_of_a_template_is_made_once() -> None:
    found = {expand("(a|b (c|d)|)x", Random(seed)) for seed in range(60)}
    assert found == {"ax", "b cx", "b dx", "x"}


def test_slots_inside_slots_are_filled() -> None:
    words = fill("is {the} red", {"the": "the dog at the top of {pic}"}, Random(1))
    assert words.startswith("is the dog at the top of ")
    assert "{" not in words


@given(seed=st.integers(0, 10_000))
def test_trimmings_keep_the_words_of_the_request_when_nothing_is_mistyped(seed: int) -> None:
    assert "zebras" in dress("zebras", Random(seed), question=True).lower()


@given(seed=st.integers(0, 10_000))
def test_slips_never_touch_the_words_that_name_things(seed: int) -> None:
    words = mistyped("how many zebras are there", Random(seed)).split(" ")
    assert words[2] == "zebras"
    assert len(words) == 5


def test_the_splits_of_a_group_have_nothing_in_common() -> None:
    known, unknown = (templates("questions", "count", split) for split in ("train", "held out"))
    assert known
    assert unknown
    assert not set(known) & set(unknown)
    assert all(map(is_held_out, unknown))


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("dog", "a dog"),
        ("apple", "an apple"),
        ("unicorn", "a unicorn"),
        ("umbrella", "an umbrella"),
    ],
)
def test_articles_follow_the_sound(phrase: str, said: str) -> None:
    assert article(phrase) == said
