"""`docs/json.md` against what the commands print."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from viscript import Box, DepthMap, Image, Keypoint, Mask, Region
from viscript.tools.values import to_json

Command = Callable[..., tuple[int, str, str]]

PAGE = (Path(__file__).parents[3] / "docs" / "json.md").read_text("utf-8")


def tables(heading: str) -> list[list[str]]:
    """The keys in each table below a heading of the page."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    parts = re.split(r"^\| (?:key) \|.*\n\|---\|---\|\n", section, flags=re.MULTILINE)[1:]
    return [re.findall(r"^\| `(\w+)` \|", part.split("\n\n")[0], re.MULTILINE) for part in parts]


def printed(outcome: tuple[int, str, str]) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(outcome[1]))


def test_run(viscript: Command, photo: Path) -> None:
    data = printed(viscript("run", "-e", 'answer = find(image, "person")', photo, "--json"))
    whole, step = tables("`viscript run`")
    assert list(data) == whole
    assert list(data["steps"][0]) == step
    assert list(printed(viscript("show", "--json"))) == [key for key in whole if key != "output"]
    failed = printed(viscript("run", "-e", "answer = 1 / 0", photo, "--json"))
    assert list(failed) == whole
    documented = re.search(r"^\| `error` \| `null`, or object: (.*) \|$", PAGE, re.MULTILINE)
    assert documented is not None
    assert list(failed["error"]) == re.findall(r"`(\w+)`", documented[1].replace("`null`", ""))


def test_check(viscript: Command) -> None:
    data = printed(viscript("check", "-e", "answer = nothing", "--json"))
    whole, diagnostic = tables("`viscript check`")
    assert list(data) == whole
    assert list(data["diagnostics"][0]) == diagnostic


def test_tool(viscript: Command, photo: Path) -> None:
    data = printed(viscript("tool", "find", photo, "person", "--json"))
    assert [list(data)] == tables("`viscript tool NAME`")


def test_tools(viscript: Command) -> None:
    data = printed(viscript("tools", "--json"))
    whole, one = tables("`viscript tools`")
    assert list(data) == whole
    assert list(data["offered"][0]) == list(data["elsewhere"][0]) == one
    assert list(printed(viscript("tools", "find", "--json"))) == one


def test_replay_and_diff(viscript: Command, photo: Path) -> None:
    viscript("run", "-e", 'answer = find(image, "person")', photo)
    compared, step, replayed = tables("`viscript diff` and `viscript replay`")
    data = printed(viscript("diff", "last", "last", "--json"))
    assert list(data) == compared
    assert list(data["steps"][0]) == step
    assert list(printed(viscript("replay", "--json"))) == compared + replayed


def test_cache(viscript: Command) -> None:
    info, clear = tables("`viscript cache info` and `viscript cache clear`")
    assert list(printed(viscript("cache", "info", "--json"))) == info
    assert list(printed(viscript("cache", "clear", "--json"))) == clear


@pytest.mark.parametrize("words", [["tools", "--profile", "no"], ["run"], ["nonsense"], ["show"]])
def test_errors(viscript: Command, words: list[str]) -> None:
    data = printed(viscript(*words, "--json"))
    assert [list(data)] == tables("When a command can't do its work")
    assert list(data["error"]) == ["kind", "message", "hint"]


def test_values(coffee: Image) -> None:
    point = Keypoint("nose", 1, 2, 0.5)
    mask = Mask(np.ones((400, 600), bool))
    values = (
        coffee,
        Region(coffee, Box(0, 0, 9, 9), "cup", 0.5, mask, "text", (point,), "method"),
        DepthMap(np.zeros((2, 2), np.float32), "metres", False),
        Box(0, 0, 1, 1),
        point,
        float("inf"),
    )
    section = PAGE.split("## Values\n")[1]
    rows = dict(re.findall(r"^\| `(?!type`)(\w+)` \| (.*) \|$", section, re.MULTILINE))
    assert sorted(rows) == sorted(to_json(value)["type"] for value in values)
    for value in values:
        data = cast("dict[str, Any]", to_json(value))
        kind = data.pop("type")
        assert {key for key in data if f"`{key}`" not in rows[kind]} == set()


def test_every_key_that_tools_must_have_is_there() -> None:
    keys = {key for table in tables("`viscript run`") for key in table}
    assert {"answer", "program", "diagnostics", "steps", "run", "error"} <= keys
    assert {"tool", "line", "seconds", "cached"} <= keys
