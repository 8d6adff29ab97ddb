from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from viscript import Image
from viscript.tools.mcp.access import Access
from viscript.tools.values import read_image

pytestmark = pytest.mark.anyio
Connect = Callable[..., Client]


@pytest.mark.parametrize("name", ["new.png", "new.jpg", "new.webp"])
async def test_a_picture_is_saved_in_the_first_allowed_folder(
    connect: Connect, album: Path, astronaut: Image, name: str
) -> None:
    async with connect() as client:
        result = await client.call_tool("save_picture", {"image": "astronaut.png", "path": name})
    assert result.structured_content == {"result": str(album / name)}
    saved = read_image(album / name)
    assert saved.size == astronaut.size
    assert saved == astronaut or name != "new.png"


async def test_without_an_allowed_folder_pictures_are_saved_in_the_servers_own(
    connect: Connect, access: Access, tmp_path: Path, astronaut: Image
) -> None:
    own = Access(access.toolbox, tmp_path / "home")
    async with connect(to=own) as client:
        image = own.artifacts.keep(astronaut)
        result = await client.call_tool("save_picture", {"image": image, "path": "new.png"})
    assert result.structured_content == {"result": str(tmp_path / "home" / "new.png")}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_file_that_is_there_is_replaced_only_when_the_person_agrees(
    connect: Connect, album: Path, mode: str, cat: Image
) -> None:
    before = (album / "astronaut.png").read_bytes()
    cat.save(album / "cat.png")
    answers = iter([False, True])
    asked: list[str] = []

    async def person(_: Any, question: Any) -> types.ElicitResult:
        asked.append(question.message)
        return types.ElicitResult(action="accept", content={"allow": next(answers)})

    arguments = {"image": "cat.png", "path": "astronaut.png"}
    async with connect(mode) as client:
        # A client that can ask nobody: of 2026 it gets an error of the protocol, before a result.
        with suppress(MCPError):
            assert (await client.call_tool("save_picture", arguments)).is_error
        assert (album / "astronaut.png").read_bytes() == before
    async with connect(mode, elicitation_callback=person) as client:
        refused = await client.call_tool("save_picture", arguments)
        unchanged = (album / "astronaut.png").read_bytes()
        agreed = await client.call_tool("save_picture", arguments)
    assert refused.structured_content["error"]["message"] == "astronaut.png is not replaced"
    assert unchanged == before
    assert not agreed.is_error
    assert read_image(album / "astronaut.png") == cat
    assert asked == ["The file astronaut.png is there already. Replace it?"] * 2


@pytest.mark.parametrize(
    "path", ["/etc/new.png", "../new.png", "none/new.png", "new.txt", "new", "new.png\0", ""]
)
async def test_a_picture_is_not_saved_elsewhere_or_as_something_else(
    connect: Connect, path: str, tmp_path: Path
) -> None:
    async with connect() as client:
        result = await client.call_tool("save_picture", {"image": "astronaut.png", "path": path})
    assert result.is_error
    assert not (tmp_path / "new.png").exists()
