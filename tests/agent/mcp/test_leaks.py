"""What a server holds after clients that cancel, vanish or come in crowds: what it held before."""

from __future__ import annotations

import gc
import json
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
import psutil
import pytest
import uvicorn
from mcp.client.client import Client
from viscript import Toolbox, tool
from viscript.tools.cache import MemoryCache
from viscript.tools.cancellation import current_cancellation
from viscript.tools.mcp.access import Access
from viscript.tools.mcp.offers import tool_features
from viscript.tools.mcp.server import server_for
from viscript.tools.mcp.transports import HttpSettings, http_app
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry

from .processes import over_http

pytestmark = pytest.mark.anyio
Connect = Callable[..., Client]
FIND = {"image": "astronaut.png", "query": "person"}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_thousand_cancelled_calls_leave_nothing(connect: Connect, mode: str) -> None:
    running = threading.Semaphore(0)
    at_work: list[int] = []
    most: list[int] = []

    @tool()
    def linger(number: int) -> str:
        """Works until it is stopped.

        Args:
            number: of the call.
        """
        at_work.append(number)
        most.append(len(at_work))
        running.release()
        try:
            while True:
                current_cancellation().check()
                threading.Event().wait(0.001)
        finally:
            at_work.remove(number)

    async def batch(client: Client, numbers: range) -> None:
        async with anyio.create_task_group() as group:
            for number in numbers:
                group.start_soon(client.call_tool, "linger", {"number": number})
            await anyio.to_thread.run_sync(running.acquire)
            group.cancel_scope.cancel()

    process = psutil.Process()
    async with connect(mode, tools=[linger]) as client:
        await batch(client, range(20))
        threads, handles, memory = _held(process)
        for start in range(20, 1020, 20):
            await batch(client, range(start, start + 20))
        with anyio.fail_after(20):
            while at_work:
                await anyio.sleep(0.01)
        answer = await client.call_tool("count", {"regions": []})
        assert answer.structured_content == {"result": 0}
        after = _held(process)
    assert max(most) <= 8
    assert after[0] <= threads + 8
    assert after[1] <= handles + 2
    assert after[2] - memory < 30 * 2**20


def _held(process: psutil.Process) -> tuple[int, int, int]:
    """Threads, handles of files, and bytes of memory."""
    gc.collect()
    return process.num_threads(), process.num_fds(), process.memory_info().rss


async def test_clients_that_vanish_in_the_middle_leave_nothing(home: Path, album: Path) -> None:
    program = {"program": "answer = find_faces(image)", "images": "astronaut.png"}
    body = _call("run_program", program)
    with over_http(home, album) as (address, process):
        port = urlsplit(address).port
        assert port is not None
        await _answer(address)
        threads, handles, memory = _held(process)
        for number in range(60):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                # Some go away in the middle of what they say, some before they hear anything.
                connection.sendall(body if number % 2 else body[: len(body) // 2])
        await _answer(address)
        with anyio.fail_after(20):
            while process.num_fds() > handles + 2:
                await anyio.sleep(0.05)
        after = _held(process)
    assert after[0] <= threads + 8
    assert after[2] - memory < 60 * 2**20


async def test_the_work_for_a_client_that_vanishes_stops(home: Path) -> None:
    working, stopped = threading.Event(), threading.Event()

    @tool()
    def linger() -> str:
        """Works until it is stopped."""
        working.set()
        try:
            while True:
                current_cancellation().check()
                threading.Event().wait(0.001)
        finally:
            stopped.set()

    toolbox = Toolbox(Profile("own", "", {}), Registry.standard([linger]), MemoryCache())
    server = server_for(tool_features(Access(toolbox, home)))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(http_app(server, HttpSettings()), log_level="error")
        http = uvicorn.Server(config)
        async with anyio.create_task_group() as group:
            group.start_soon(http.serve, [listening])
            with socket.create_connection(listening.getsockname()) as client:
                client.sendall(_call("linger", {}))
                assert await anyio.to_thread.run_sync(working.wait, 20)
                assert not stopped.is_set()
            assert await anyio.to_thread.run_sync(stopped.wait, 20)
            http.should_exit = True


async def test_clients_that_come_and_go_leave_nothing(home: Path, album: Path) -> None:
    with over_http(home, album) as (address, process):
        await _answer(address)
        threads, handles, memory = _held(process)
        for _ in range(40):
            await _answer(address)
        with anyio.fail_after(20):
            while process.num_fds() > handles + 2:
                await anyio.sleep(0.05)
        after = _held(process)
    assert after[0] <= threads + 8
    assert after[2] - memory < 40 * 2**20


async def _answer(address: str) -> None:
    async with Client(address) as client:
        found = await client.call_tool("find", FIND)
    assert found.structured_content["result"][0]["label"] == "person"


def _call(name: str, arguments: dict[str, Any]) -> bytes:
    """A whole request of a client of 2026, as bytes."""
    meta: dict[str, Any] = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    data: dict[str, Any] = {
        "jsonrpc": "2.0",
        "id": os.getpid(),
        "method": "tools/call",
        "params": {"name": name, "arguments": arguments, "_meta": meta},
    }
    body = json.dumps(data).encode()
    head = (
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:8765\r\nContent-Type: application/json\r\n"
        "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\n"
        f"Mcp-Method: tools/call\r\nMcp-Name: {name}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
