from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from viscript import Toolbox
from viscript.agent.planners.connect import planner_from
from viscript.agent.setup import FILE, Setup, setup_in
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    settings = {"base_url": "http://localhost:8000/v1", "temperature": 0.2, "stream": False}
    setup = Setup(profile="mine.toml", planner="openai:some", settings=settings, votes=5)
    setup.keep(tmp_path / "one")
    setup.keep(tmp_path / "one")
    assert setup_in(tmp_path / "one") == setup
    assert [one.name for one in (tmp_path / "one").iterdir()] == [FILE]


DAMAGED = ["", "[]", '{"votes": 0}', '{"settings": {"a": {}}}', "{" * 5000]


@pytest.mark.parametrize("text", [None, *DAMAGED])
def test_where_nothing_usable_is_kept_the_defaults_hold(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / FILE).write_text(text)
    assert setup_in(tmp_path) == Setup()


def test_keys_and_passwords_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISCRIPT_API_KEY", "sk-secret-1")
    pytest.importorskip("langchain_openai")
    address = "https://me:secret-2@host.example:8000/v1?key=secret-3"
    planner = planner_from("openai:some", base_url=address, temperature=0.2, retries=1)
    Setup.of(Toolbox.load("remote", cache=None), planner, 3).keep(tmp_path)
    assert "secret" not in (tmp_path / FILE).read_text()
    assert setup_in(tmp_path) == Setup(
        profile="remote",
        planner="openai:some",
        settings={"base_url": "https://host.example:8000/v1", "temperature": 0.2, "retries": 1},
        votes=3,
    )


def test_the_embedded_planner_is_kept_with_its_adapter(tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(b"weights")
    toolbox = Toolbox.load("embedded", cache=None)
    for settings in ({}, {"adapter": str(other)}):
        setup = Setup.of(toolbox, planner_from("embedded", **settings))
        assert setup == Setup(profile="embedded", planner="embedded", settings=settings)


def test_what_no_name_stands_for_is_not_named(scripted: Any) -> None:
    toolbox = Toolbox(Profile("own", "", MappingProxyType({})), Registry.standard(), None)
    assert Setup.of(toolbox, scripted("answer = 1")) == Setup()
