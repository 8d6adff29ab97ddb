from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

Command = Callable[..., tuple[int, str, str]]


def test_the_cache_is_described_and_forgotten(viscript: Command, photo: Path) -> None:
    viscript("tool", "find", photo, "person")
    info = json.loads(viscript("cache", "info", "--json")[1])
    assert info["entries"] == 1
    assert 0 < info["bytes"] < info["max_bytes"]
    assert Path(info["folder"]).is_dir()
    assert viscript("cache", "clear")[1].startswith("forgot 1 results")
    assert json.loads(viscript("cache", "info", "--json")[1])["entries"] == 0


def test_an_empty_cache_is_described_for_people(viscript: Command) -> None:
    code, out, err = viscript("cache", "info")
    assert (code, err) == (0, "")
    assert "0 B of at most 2.1 GB" in out
