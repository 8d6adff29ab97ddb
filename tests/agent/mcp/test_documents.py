"""What README and docs/mcp.md show of the MCP server."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from .processes import environment

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
PAGES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "docs/mcp.md")}


@pytest.mark.parametrize("page", PAGES)
async def test_the_settings_that_are_shown_start_the_server(
    page: str, home: Path, album: Path
) -> None:
    shown = re.findall(r"```json\n(\{\n  \"mcpServers\".*?)```", PAGES[page], re.DOTALL)
    settings: Any = json.loads(shown[0])["mcpServers"]["viscript"]
    words = [str(album) if one.startswith("/home/") else one for one in settings["args"]]
    script = Path(sys.executable).parent / settings["command"]
    server = StdioServerParameters(command=str(script), args=words, env=environment(home))
    async with Client(server) as client:
        found = await client.call_tool("find_faces", {"image": "astronaut.png"})
    assert found.structured_content["result"][0]["label"] == "face"


async def test_every_option_resource_and_prompt_is_documented(connect: Any) -> None:
    from typer.main import get_command
    from viscript.agent.cli.main import app

    page = PAGES["docs/mcp.md"]
    command: Any = get_command(app)
    for option in command.commands["mcp"].params:
        for name in option.opts:
            if name != "--help":
                assert f"`{name}" in page, name
    async with connect() as client:
        templates = (await client.list_resource_templates()).resource_templates
        prompts = (await client.list_prompts()).prompts
        tools = (await client.list_tools()).tools
    for address in [one.uri_template for one in templates]:
        assert f"`{address}`" in page
    for prompt in prompts:
        assert f"`{prompt.name}`" in page
    for name in ("ask_about_image", "run_program", "check_program", "save_picture"):
        assert name in {one.name for one in tools}
        assert f"`{name}`" in page


async def test_a_region_looks_as_the_page_shows_it(connect: Any) -> None:
    shown: Any = json.loads(
        re.findall(r"```json\n(\{\n  \"image\".*?)```", PAGES["docs/mcp.md"], re.DOTALL)[0]
    )
    async with connect() as client:
        found = await client.call_tool("find", {"image": "astronaut.png", "query": "person"})
    region = found.structured_content["result"][0]
    assert {**region, "box": {k: round(v, 1) for k, v in region["box"].items()}} == shown | {
        "score": region["score"]
    }
    assert round(region["score"], 2) == shown["score"]
