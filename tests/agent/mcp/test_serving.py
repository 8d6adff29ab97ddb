from __future__ import annotations

import re
from collections.abc import Callable

import mcp_types as types
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from viscript import Toolbox
from viscript.agent.program import Scope, check

pytestmark = pytest.mark.anyio
Connect = Callable[..., Client]


async def test_the_language_is_a_resource(connect: Connect) -> None:
    async with connect() as client:
        listed = (await client.list_resources()).resources
        read = await client.read_resource("viscript://language/reference")
    assert "viscript://language/reference" in [one.uri for one in listed]
    content = read.contents[0]
    assert isinstance(content, types.TextResourceContents)
    assert content.mime_type == "text/markdown"
    for name in Toolbox.load("embedded", cache=None).offered:
        assert f"`{name}(" in content.text
    assert "<data>" not in content.text


async def test_the_program_that_the_description_shows_is_well_formed(connect: Connect) -> None:
    async with connect() as client:
        told = {one.name: one for one in (await client.list_tools()).tools}["run_program"]
    lines = re.findall(r"`(\w+ = [^`]*)`", told.description or "")
    toolbox = Toolbox.load("embedded", cache=None)
    from viscript.agent.runs.bindings import types_for

    checked = check("\n".join(lines), Scope(toolbox.offered, types_for(1), {}, {}))
    assert len(lines) == 2
    assert checked.ok


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("describe", {"image": "a.png"}),
        ("count", {"image": "a.png", "thing": "red car"}),
        ("compare", {"left": "a.png", "right": "b.png"}),
        ("edit", {"image": "a.png", "change": "blur the background"}),
    ],
)
async def test_prompts_name_only_tools_that_there_are(
    connect: Connect, name: str, arguments: dict[str, str]
) -> None:
    async with connect() as client:
        offered = {one.name for one in (await client.list_tools()).tools}
        prompts = {one.name: one for one in (await client.list_prompts()).prompts}
        written = await client.get_prompt(name, arguments)
        with pytest.raises(MCPError, match="needs"):
            await client.get_prompt(name, {})
        with pytest.raises(MCPError, match="has no argument"):
            await client.get_prompt(name, arguments | {"other": "x"})
    assert set(prompts) == {"describe", "count", "compare", "edit"}
    assert {one.name for one in prompts[name].arguments or []} == set(arguments)
    content = written.messages[0].content
    assert isinstance(content, types.TextContent)
    assert all(value in content.text for value in arguments.values())
    assert set(re.findall(r"\w+_\w+", content.text)) <= offered


async def test_arguments_are_completed(connect: Connect) -> None:
    async with connect() as client:
        found = await client.call_tool("find", {"image": "astronaut.png", "query": "person"})
        artifact = found.structured_content["images"][0]["artifact"]
        ran = await client.call_tool(
            "run_program", {"program": "answer = 1", "images": "astronaut.png"}
        )

        async def completed(ref: types.PromptReference | str, name: str, typed: str) -> list[str]:
            at = types.ResourceTemplateReference(uri=ref) if isinstance(ref, str) else ref
            return (await client.complete(at, {"name": name, "value": typed})).completion.values

        count = types.PromptReference(name="count")
        assert await completed(count, "thing", "do") == ["dog", "donut", "hot dog"]
        assert await completed(count, "image", artifact[:4]) == [artifact]
        assert await completed(count, "other", "") == []
        assert "embedded" in await completed("viscript://profile/{profile}", "profile", "emb")
        assert await completed("viscript://artifact/{artifact}", "artifact", "") == [artifact]
        assert await completed("viscript://tool/{tool}", "tool", "blur_") == ["blur_background"]
        run = ran.structured_content["run"].rpartition("/")[2]
        assert await completed("viscript://run/{run}", "run", run[:4]) == [run]
        with pytest.raises(MCPError, match="there is no prompt"):
            await completed(types.PromptReference(name="none"), "x", "")
        with pytest.raises(MCPError, match="there is no resource template"):
            await completed("viscript://none/{x}", "x", "")


async def test_profiles_are_resources(connect: Connect) -> None:
    async with connect() as client:
        read = await client.read_resource("viscript://profile/embedded")
        with pytest.raises(MCPError, match="there is no profile"):
            await client.read_resource("viscript://profile/..")
    assert isinstance(read.contents[0], types.TextResourceContents)
    assert '"find"' in read.contents[0].text
