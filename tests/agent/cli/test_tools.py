from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from viscript import Toolbox
from viscript.tools.registry import Registry

Command = Callable[..., tuple[int, str, str]]


def test_offered_tools_are_listed_with_their_backend(viscript: Command) -> None:
    code, out, _ = viscript("tools")
    offered, elsewhere = out.split("It does not offer:")
    assert code == 0
    (find,) = [line for line in offered.splitlines() if line.startswith("find(")]
    assert "find(image: Image, query: str) -> list[Region]" in find
    assert "nanodet" in find
    assert "Finds every object that a noun or short phrase names." in find
    (caption,) = [line for line in elsewhere.splitlines() if line.startswith("caption")]
    assert "the profile hub or remote has it" in caption


def test_json_lists_every_tool_once(viscript: Command) -> None:
    data = json.loads(viscript("tools", "--json")[1])
    offered = [one["name"] for one in data["offered"]]
    elsewhere = [one["name"] for one in data["elsewhere"]]
    assert offered == list(Toolbox.load(cache=None).offered)
    assert sorted(offered + elsewhere) == sorted(Registry.standard())


def test_one_tool_is_shown_in_full(viscript: Command) -> None:
    code, out, _ = viscript("tools", "crop")
    assert code == 0
    assert "float = 1.0" in out
    assert "how much larger than the region's box to cut" in out
    assert "The part inside the box, cut off at the picture's edges." in out


def test_a_profile_of_the_users_own_counts(viscript: Command, tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text('[tools.caption]\nbackend = "mine"\n')
    data = json.loads(viscript("tools", "caption", "--profile", profile, "--json")[1])
    assert (data["offered"], data["backend"], data["where"]) == (True, "mine", "")
    data = json.loads(viscript("tools", "find", "--profile", profile, "--json")[1])
    assert data["offered"] is False
    assert "embedded" in data["where"]
