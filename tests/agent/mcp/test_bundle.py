"""The bundle for Claude Desktop says what the server offers, and its server runs."""

from __future__ import annotations

import io
import json
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import anyio
import PIL.Image
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from viscript.agent.mcp import bundle

from .node import npx

VALIDATOR = "@anthropic-ai/mcpb@2.1.2"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    wheel = folder / "viscript-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    bundle.build(folder / "viscript.mcpb", wheel)
    with zipfile.ZipFile(folder / "viscript.mcpb") as packed:
        packed.extractall(folder / "in")
    return folder / "in"


@pytest.fixture(scope="module")
def manifest(unpacked: Path) -> dict[str, Any]:
    return json.loads((unpacked / "manifest.json").read_text("utf-8"))


def test_the_project_takes_viscript_from_the_wheel_inside(unpacked: Path) -> None:
    project = tomllib.loads((unpacked / "pyproject.toml").read_text("utf-8"))
    assert "viscript" in project["project"]["dependencies"]
    assert (unpacked / project["tool"]["uv"]["sources"]["viscript"]["path"]).is_file()


def test_the_person_chooses_the_folders_that_may_be_read(manifest: dict[str, Any]) -> None:
    chosen = manifest["user_config"]["folders"]
    assert (chosen["type"], chosen["multiple"]) == ("directory", True)
    assert "${user_config.folders}" in manifest["server"]["mcp_config"]["args"]


def test_the_icon_is_a_picture(unpacked: Path, manifest: dict[str, Any]) -> None:
    data = (unpacked / manifest["icon"]).read_bytes()
    with PIL.Image.open(io.BytesIO(data)) as image:
        assert image.size == (512, 512)


def test_the_bundles_server_offers_the_tools_of_its_manifest(
    unpacked: Path, manifest: dict[str, Any], tmp_path: Path
) -> None:
    started = StdioServerParameters(
        command=sys.executable,
        args=[str(unpacked / "server.py"), str(tmp_path), str(tmp_path / "gone")],
    )

    async def offered() -> tuple[list[str], list[str]]:
        async with Client(started) as client:
            tools, prompts = await client.list_tools(), await client.list_prompts()
            return [one.name for one in tools.tools], [one.name for one in prompts.prompts]

    tools, prompts = anyio.run(offered)
    assert tools == [one["name"] for one in manifest["tools"]]
    assert prompts == [one["name"] for one in manifest["prompts"]]


def test_the_official_bundle_tool_accepts_the_manifest(unpacked: Path) -> None:
    checked = npx(VALIDATOR, "mcpb", "validate", str(unpacked / "manifest.json"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "passes" in checked.stdout
