from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import mcp_types as types
import numpy as np
import PIL.Image
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from viscript import Image, Region, Toolbox, tool
from viscript.tools.cache import MemoryCache
from viscript.tools.contract import by_backend
from viscript.tools.mcp.access import Access
from viscript.tools.mcp.results import MAX_BYTES
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry
from viscript.tools.values import Box, DepthMap, Keypoint, image_from_pil

pytestmark = pytest.mark.anyio
Connect = Callable[..., Client]


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> str:
    """A client of 2026, and one of 2025."""
    return request.param


async def test_each_offered_tool_is_an_mcp_tool_described_by_its_contract(
    connect: Connect, access: Access, mode: str
) -> None:
    async with connect(mode) as client:
        listed = {one.name: one for one in (await client.list_tools()).tools}
    assert set(listed) == {*access.toolbox.offered, "save_picture"}
    for name, contract in access.toolbox.offered.items():
        told = listed[name]
        assert contract.summary in (told.description or "")
        assert told.title
        assert told.icons
        properties = told.input_schema["properties"]
        assert list(properties) == list(contract.parameters)
        for parameter in contract.parameters.values():
            assert properties[parameter.name]["description"] == parameter.description
        required = [one.name for one in contract.parameters.values() if one.required]
        assert told.input_schema["required"] == required
        for schema in (told.input_schema, told.output_schema):
            jsonschema.Draft202012Validator.check_schema(schema or False)  # pyright: ignore[reportUnknownMemberType]


async def test_annotations_are_true_to_the_traits(connect: Connect, access: Access) -> None:
    async with connect() as client:
        listed = {one.name: one.annotations for one in (await client.list_tools()).tools}
    for name, contract in access.toolbox.offered.items():
        told = listed[name]
        assert told is not None
        assert told.read_only_hint is not contract.traits.writes_image
        assert told.destructive_hint is False
        assert told.open_world_hint is False
    saving = listed["save_picture"]
    assert saving is not None
    assert (saving.read_only_hint, saving.destructive_hint) == (False, True)


async def test_handles_of_one_call_are_accepted_by_the_next(connect: Connect, mode: str) -> None:
    async with connect(mode) as client:
        found = await client.call_tool("find", {"image": "astronaut.png", "query": "person"})
        people = found.structured_content["result"]
        counted = await client.call_tool("count", {"regions": people})
        cropped = await client.call_tool(
            "crop", {"regions": people[0], "image": people[0]["image"]}
        )
        again = await client.call_tool(
            "find_faces", {"image": cropped.structured_content["result"]}
        )
    assert [one["label"] for one in people] == ["person"]
    assert counted.structured_content == {"result": 1}
    assert not cropped.is_error, cropped.content
    picture = cropped.structured_content["result"]
    assert len(again.structured_content["result"]) == 1
    assert again.structured_content["images"][0]["artifact"] == picture["artifact"]


async def test_a_region_that_was_returned_means_the_same_when_it_is_given(
    connect: Connect, access: Access, astronaut: Image
) -> None:
    async with connect() as client:
        found = await client.call_tool("pose", {"image": "astronaut.png"})
        masked = await client.call_tool(
            "segment",
            {"image": "astronaut.png", "regions": found.structured_content["result"]},
        )
    given = [found.structured_content["result"], masked.structured_content["result"]]
    for regions in given:
        contract = access.toolbox.offered["count"]
        values: Any = access.decoder.arguments(contract, {"regions": regions})["regions"]
        assert all(isinstance(one, Region) and one.image == astronaut for one in values)
    posed = access.toolbox.pose(astronaut)
    contract = access.toolbox.offered["count"]
    values = access.decoder.arguments(contract, {"regions": given[0]})["regions"]
    assert values == posed
    values = access.decoder.arguments(contract, {"regions": given[1]})["regions"]
    assert values == access.toolbox.segment(astronaut, posed)
    assert all(one.mask is not None for one in values)


async def test_a_picture_comes_as_a_preview_with_its_scale_a_link_and_its_own_pixels(
    connect: Connect, access: Access, album: Path, astronaut: Image
) -> None:
    large = astronaut.to_pil().resize((4096, 2048))
    large.save(album / "large.png")
    async with connect() as client:
        faces = await client.call_tool("find_faces", {"image": "large.png"})
        tagged = await client.call_tool("tag", {"image": "large.png", "regions": []})
        content = tagged.structured_content
        link = next(one for one in tagged.content if isinstance(one, types.ResourceLink))
        full = await client.read_resource(link.uri)
    assert faces.structured_content["images"][0]["width"] == 4096
    assert content["result"]["width"] == 4096
    assert content["previews"] == [
        {"artifact": content["result"]["artifact"], "width": 1024, "height": 512, "scale": 0.25}
    ]
    words = tagged.content[0]
    assert isinstance(words, types.TextContent)
    assert "scale 0.25: coordinates are in pixels of the full picture" in words.text
    shown = next(one for one in tagged.content if isinstance(one, types.ImageContent))
    assert shown.mime_type == "image/jpeg"
    assert isinstance(full.contents[0], types.BlobResourceContents)
    assert full.contents[0].mime_type == "image/png"
    assert access.artifacts.find(content["result"]["artifact"]) == image_from_pil(large)


async def test_a_result_is_never_larger_than_clients_accept(connect: Connect, album: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (3000, 3000, 3), np.uint8)
    PIL.Image.fromarray(noise).save(album / "noise.png")
    async with connect() as client:
        result = await client.call_tool("tag", {"image": "noise.png", "regions": []})
    assert not result.is_error
    assert any(isinstance(one, types.ImageContent) for one in result.content)
    assert len(result.model_dump_json(by_alias=True)) < 1_048_576


async def test_errors_are_tool_errors_with_what_is_wrong_and_what_to_do(
    connect: Connect, mode: str
) -> None:
    async with connect(mode) as client:
        outside = await client.call_tool("find", {"image": "/etc/passwd", "query": "dog"})
        unknown = await client.call_tool("find", {"image": "astronaut.png", "query": "zyzzyva"})
        missing = await client.call_tool("find", {"image": "astronaut.png"})
        wrong = await client.call_tool("count", {"regions": 3})
        misspelt = await client.call_tool("find", {"imag": "astronaut.png", "query": "dog"})
        gone = await client.call_tool("find_faces", {"image": {"artifact": "0" * 64}})
        strange = await client.call_tool("count", {"regions": [{"x": 1}]})
    kinds = ["policy", "not offered", "input", "input", "input", "input", "input"]
    results = (outside, unknown, missing, wrong, misspelt, gone, strange)
    for kind, result in zip(kinds, results, strict=True):
        assert result.is_error
        error = result.structured_content["error"]
        assert error["kind"] == kind
        text = result.content[0]
        assert isinstance(text, types.TextContent)
        assert error["message"] in text.text
        assert "\n" not in text.text
    assert misspelt.structured_content["error"]["hint"] == "did you mean image?"


@pytest.mark.parametrize(
    "region",
    [
        {"image": "ID", "box": {"left": 0, "top": 0, "right": 9}},
        {"image": "ID", "box": {"left": 9, "top": 0, "right": 0, "bottom": 9}},
        {"image": "ID", "box": {"left": "0", "top": 0, "right": 9, "bottom": 9}},
        {"image": "ID", "box": {"left": 10**400, "top": 0, "right": 9, "bottom": 9}},
        {"image": "ID", "box": [0, 0, 9, 9]},
        {"image": "ID", "box": {"left": 0, "top": 0, "right": 9, "bottom": 9}, "color": "red"},
        {"image": "ID", "box": {"left": 0, "top": 0, "right": 9, "bottom": 9}, "label": 3},
        {"image": "ID", "box": {"left": 0, "top": 0, "right": 9, "bottom": 9}, "mask": "0" * 64},
        {"image": "ID", "box": {"left": 0, "top": 0, "right": 9, "bottom": 9}, "keypoints": [1]},
        {"image": 5, "box": {"left": 0, "top": 0, "right": 9, "bottom": 9}},
        {"box": {"left": 0, "top": 0, "right": 9, "bottom": 9}},
        {"image": {"artifact": "../x"}, "box": {"left": 0, "top": 0, "right": 9, "bottom": 9}},
    ],
)
async def test_a_region_that_is_none_is_refused(
    connect: Connect, access: Access, astronaut: Image, region: dict[str, Any]
) -> None:
    name = access.artifacts.keep(astronaut)
    given = json.loads(json.dumps(region).replace("ID", name))
    async with connect() as client:
        result = await client.call_tool("color_of", {"region": given})
    assert result.is_error
    assert result.structured_content["error"]["kind"] in ("input", "policy")


async def test_an_unknown_tool_or_resource_is_an_error_of_the_protocol(
    connect: Connect, mode: str
) -> None:
    async with connect(mode) as client:
        with pytest.raises(MCPError, match="there is no tool 'fnd'"):
            await client.call_tool("fnd", {})
        for uri in ("viscript://none/x", "viscript://artifact/x", "file:///etc/passwd"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)


async def test_artifacts_and_tools_are_resources(
    connect: Connect, access: Access, astronaut: Image
) -> None:
    name = access.artifacts.keep(astronaut)
    depth = DepthMap(np.ones((4, 5)), "metres", False)
    access.artifacts.keep(depth)
    async with connect() as client:
        listed = [one.uri for one in (await client.list_resources()).resources]
        assert listed == [f"viscript://artifact/{depth.digest}", f"viscript://artifact/{name}"]
        contract = await client.read_resource("viscript://tool/ask")
        templates = (await client.list_resource_templates()).resource_templates
        found = await client.complete(
            types.ResourceTemplateReference(uri=templates[0].uri_template),
            {"name": "artifact", "value": name[:3]},
        )
    assert isinstance(contract.contents[0], types.TextResourceContents)
    assert "Not offered here" in contract.contents[0].text
    assert found.completion.values == [name]


def _toolbox(*functions: Any) -> Toolbox:
    return Toolbox(Profile("own", "", {}), Registry.standard(functions), MemoryCache())


async def test_values_of_every_type_fit_the_schema_that_is_told(
    connect: Connect, tmp_path: Path, astronaut: Image
) -> None:
    @tool()
    def point(image: Image) -> Keypoint:
        """Gives a point.

        Args:
            image: a picture.
        """
        return Keypoint("nose", 1, 2, 0.5)

    @tool()
    def measured(image: Image) -> list[Box | DepthMap | str | None]:
        """Gives different things.

        Args:
            image: a picture.
        """
        return [Box(1, 2, 3, 4), DepthMap(np.eye(3), "relative", True), "text", None]

    @tool()
    def endless(image: Image) -> float:
        """Gives what is no number.

        Args:
            image: a picture.
        """
        return float("inf")

    own = Access(_toolbox(point, measured, endless), tmp_path / "home")
    name = own.artifacts.keep(astronaut)
    # The client checks structured content against the schema.
    async with connect(to=own) as client:
        await client.list_tools()
        one = await client.call_tool("point", {"image": name})
        several = await client.call_tool("measured", {"image": name})
        none = await client.call_tool("endless", {"image": name})
    assert one.structured_content["result"] == {"name": "nose", "x": 1.0, "y": 2.0, "score": 0.5}
    assert several.structured_content["result"][0]["right"] == 3.0
    assert several.structured_content["previews"][0]["scale"] == 1.0
    assert none.is_error


async def test_a_result_that_is_too_large_in_words_is_an_error(
    connect: Connect, tmp_path: Path
) -> None:
    @tool()
    def flood(size: int) -> str:
        """Writes much.

        Args:
            size: how much.
        """
        return "x" * size

    async with connect(to=Access(_toolbox(flood), tmp_path / "home")) as client:
        result = await client.call_tool("flood", {"size": MAX_BYTES + 1})
    assert result.is_error
    assert "more than a client takes" in result.structured_content["error"]["message"]


async def test_a_tool_without_a_backend_is_not_offered(connect: Connect, tmp_path: Path) -> None:
    @tool(backend=True)
    def dream(what: str) -> str:
        """Dreams.

        Args:
            what: of what.
        """
        return by_backend()

    async with connect(to=Access(_toolbox(dream), tmp_path / "home")) as client:
        names = [one.name for one in (await client.list_tools()).tools]
    assert "dream" not in names
    assert "find" not in names
    assert "count" in names
