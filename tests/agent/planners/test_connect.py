"""The settings of a chat model as the arguments of its provider's class."""

from __future__ import annotations

import pytest
from pydantic import SecretStr
from viscript.agent.planners.connect import options_of
from viscript.agent.planners.settings import ChatSettings

TOLD = ChatSettings(temperature=0.5, max_tokens=99, timeout=7)
OWN = TOLD.model_copy(update={"base_url": "http://127.0.0.1:1"})


def test_what_is_not_set_is_left_to_the_provider() -> None:
    assert options_of("anthropic", ChatSettings(), "") == {"timeout": 120, "max_retries": 0}


@pytest.mark.parametrize("provider", ["anthropic", "openai", "groq"])
def test_most_providers_have_the_same_names(provider: str) -> None:
    options = options_of(provider, TOLD, "hunter2")
    assert options.pop("stream_usage", False) is (provider == "openai")
    assert options == {"temperature": 0.5, "max_tokens": 99, "timeout": 7, "max_retries": 0}


def test_the_key_of_a_server_of_one_s_own_is_sent_to_it_only() -> None:
    assert "api_key" not in options_of("openai", TOLD, "hunter2")
    assert options_of("openai", OWN, "hunter2")["api_key"] == SecretStr("hunter2")
    assert options_of("openai", OWN, "")["api_key"] == SecretStr("none")


def test_ollama_has_names_of_its_own() -> None:
    assert options_of("ollama", TOLD, "hunter2") == {
        "temperature": 0.5,
        "num_predict": 99,
        "client_kwargs": {"timeout": 7},
    }
    own = options_of("ollama", OWN, "hunter2")
    assert own["base_url"] == "http://127.0.0.1:1"
    assert own["client_kwargs"]["headers"] == {"Authorization": "Bearer hunter2"}
    assert "headers" not in options_of("ollama", OWN, "")["client_kwargs"]
