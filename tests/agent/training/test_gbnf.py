"""The reader of grammars."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.agent.training.gbnf import Grammar

NUMBERS = """
root ::= "n" (" = " | ": ") number ("," number){0,2}
number ::= "0" | [1-9] [0-9]* | "-" number
"""


@pytest.mark.parametrize("text", ["n = 0", "n: 12,3", "n = --7,0,10"])
def test_texts_of_the_language_match(text: str) -> None:
    assert Grammar(NUMBERS).matches(text)


@pytest.mark.parametrize("text", ["", "n = ", "n = 01", "n = 1,2,3,4", "n=1", "n = 0 "])
def test_other_texts_do_not_match(text: str) -> None:
    assert not Grammar(NUMBERS).matches(text)


@given(seed=st.integers(0, 2**32))
def test_samples_match_the_grammar_that_they_are_from(seed: int) -> None:
    plain = Grammar(NUMBERS.replace(' | "-" number', ""))
    assert plain.matches(plain.sample(Random(seed).randrange))


@pytest.mark.parametrize("body", ['"a" (', '"a" )', "'a'", "{1,2}"])
def test_a_rule_that_is_no_rule_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Grammar(f"root ::= {body}")
