"""MCP Inspector's command line, with `viscript mcp` as a process of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .node import npx
from .processes import command

INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"


@pytest.mark.parametrize(
    ("kind", "some"),
    [
        ("tools", {"find", "run_program", "ask_about_image", "save_picture"}),
        ("resources", {"language"}),
        ("prompts", {"describe", "count", "compare", "edit"}),
    ],
)
def test_the_inspector_lists_what_is_offered(
    home: Path, album: Path, kind: str, some: set[str]
) -> None:
    listed = json.loads(_inspect(home, album, "--method", f"{kind}/list"))[kind]
    assert some <= {one["name"] for one in listed}


def test_the_inspector_calls_a_tool(home: Path, album: Path) -> None:
    arguments = ("--tool-arg", "image=astronaut.png", "query=person")
    result = _inspect(home, album, "--method", "tools/call", "--tool-name", "find", *arguments)
    answer: dict[str, Any] = json.loads(result)
    assert [one["label"] for one in answer["structuredContent"]["result"]] == ["person"]
    assert answer["content"][0]["type"] == "text"


def test_the_inspector_finds_no_error_in_the_schemas_of_tools(home: Path, album: Path) -> None:
    assert json.loads(_inspect(home, album, "--method", "tools/list", "--strict"))["tools"]


def test_the_inspector_finds_the_view_of_a_run(home: Path, album: Path) -> None:
    probe = ("--app-info", "--advertise-apps")
    lines = _inspect(home, album, "--method", "tools/list", *probe).splitlines()
    shown = {one["toolName"] for one in map(json.loads, lines) if one["hasApp"]}
    assert shown == {"run_program", "ask_about_image"}


def _inspect(home: Path, album: Path, *options: str) -> str:
    """What the inspector prints; it ends well."""
    words = ("inspector", "--cli", "-e", f"VISCRIPT_HOME={home}", *options, "--")
    ran = npx(INSPECTOR, *words, *command("--root", str(album)), node="22")
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran.stdout
