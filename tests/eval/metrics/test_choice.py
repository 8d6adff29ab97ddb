from __future__ import annotations

import pytest
from viscript.eval.metrics.choice import chosen

CHOICES = ["the left one", "the right one", "yes"]


@pytest.mark.parametrize(
    ("given", "choice"),
    [
        ("B", 1),
        ("b.", 1),
        ("(C)", 2),
        ("(B) the left one", 1),
        ("The left one.", 0),
        ("It is the right one", 1),
        ("yes", 2),
        ("(A) or (B)", None),
        ("the left one or the right one", None),
        ("(D)", None),
        ("neither", None),
        ("", None),
    ],
)
def test_an_answer_means_a_choice_by_its_letter_or_its_words(
    given: str, choice: int | None
) -> None:
    assert chosen(given, CHOICES) == choice
