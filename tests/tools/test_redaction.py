from __future__ import annotations

import pytest
from viscript.tools.redaction import without, without_secrets


@pytest.mark.parametrize(
    "key",
    ["sk-proj-0123456789abcdef", "hf_0123456789abcdef", "Bearer abc.def-123456", "key-123456"],
)
def test_what_looks_like_a_key_is_hidden_though_nobody_named_it(key: str) -> None:
    assert without_secrets(f"your {key} is wrong", ()) == "your *** is wrong"


def test_a_secret_is_hidden_wherever_it_stands() -> None:
    assert without_secrets("xSECRETx and SECRET", ["SECRET", ""]) == "x***x and ***"


def test_words_that_a_model_says_keep_all_but_the_secret() -> None:
    said = "the label reads token-1234567, my SECRET"
    assert without(said, ["SECRET"]) == "the label reads token-1234567, my ***"


def test_plain_words_stay() -> None:
    text = "a skilled keyboard player has the monkey_business key"
    assert without_secrets(text, ["absent"]) == text
