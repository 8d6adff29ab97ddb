from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from viscript.tools.backends.language_tools import (
    MOST_LETTERS,
    Answering,
    Prompt,
    first_sentence,
    short_answer,
)
from viscript.tools.backends.text_generation import plain_text
from viscript.tools.errors import ToolError
from viscript.tools.values import Image

PICTURE = Image.from_array(np.zeros((4, 4, 3), dtype=np.uint8))


class Says:
    """A model that says one thing."""

    def __init__(self, text: str) -> None:
        self._text = text

    def run(self, item: Prompt) -> str:
        return self._text

    def run_all(self, items: Sequence[Prompt]) -> list[str]:
        return [self._text for _ in items]


class Signs:
    """A tokenizer with signs of its own."""

    def get_added_vocab(self) -> dict[str, int]:
        return {"<image>": 1, "<|im_end|>": 2, " ": 3}


@pytest.mark.parametrize(
    ("question", "said", "expected"),
    [
        ("Is it red?", "Yes, it is red.", "yes"),
        ("is it red", "NO", "no"),
        ("Is it red or blue?", "No idea", "No idea"),
        ("What is it?", "Yesterday's paper.", "Yesterday's paper"),
        ("Is it red?", "Nobody knows", "Nobody knows"),
        ("What colour is it?", " dark  red\nbecause", "dark red"),
        ("What is it?", ".", "."),
    ],
)
def test_an_answer_is_short(question: str, said: str, expected: str) -> None:
    assert short_answer(question, said) == expected


def test_a_caption_is_one_sentence() -> None:
    text = "A dog on a sofa at 3.5 m.\nIt sleeps. It dreams."
    assert first_sentence(text) == "A dog on a sofa at 3.5 m."
    assert first_sentence("two cats sleeping") == "two cats sleeping"


@pytest.mark.parametrize("question", ["", "  ", "x" * (MOST_LETTERS + 1)])
def test_questions_have_some_letters_and_not_too_many(question: str) -> None:
    with pytest.raises(ToolError, match="can't be answered"):
        Answering(Says("red")).ask(PICTURE, question)


def test_saying_nothing_is_an_error() -> None:
    with pytest.raises(ToolError, match="no words"):
        Answering(Says("  ")).ask(PICTURE, "What is it?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is <image> it?<|im_end|>", "What is it?"),
        ("a<im<image>age>b", "a<im age>b"),
        ("what is on the image", "what is on the image"),
    ],
)
def test_signs_of_the_model_are_taken_out_of_a_question(text: str, expected: str) -> None:
    assert plain_text(text, Signs()) == expected
