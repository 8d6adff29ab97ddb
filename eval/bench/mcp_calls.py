"""Calls over MCP: in memory, over stdio and over HTTP, against a bare server of the SDK."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Literal

import anyio
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from .figures import Figure
from .mcp_servers import bare_server, viscript_server

CALLS = 120
ALLOWED = 1.3
"""The aim: viscript's median over the bare server's."""

TOOLS = {"nothing": "a call of nothing", "fifty": "50 regions", "photo": "a 300 kB picture"}
Which = Literal["viscript", "bare"]


def measure() -> Iterator[Figure]:
    """The median and the 99th percentile of each call over each transport, and the start."""
    yield from anyio.run(_all)
    ours, bare = (_start(which) for which in ("viscript", "bare"))
    yield Figure("mcp: from start to the list of tools", ours, "a bare server", bare, 1.0)


async def _all() -> list[Figure]:
    figures: list[Figure] = []
    for transport in ("memory", "stdio", "http"):
        async with AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(_client(which, transport))
                for which in ("viscript", "bare")
            ]
            for tool, words in TOOLS.items():
                ours, bare = await _timed(clients, tool)
                name = f"mcp over {transport}: {words}"
                middle, anchor = statistics.median(ours), statistics.median(bare)
                figures.append(Figure(name, middle, "a bare server", anchor, ALLOWED * anchor))
                late, anchor = (statistics.quantiles(one, n=100)[98] for one in (ours, bare))
                figures.append(Figure(f"{name}, p99", late, "a bare server", anchor))
    return figures


async def _timed(clients: list[Client], tool: str) -> list[list[float]]:
    """Seconds of each call, for each client; they take turns."""
    seconds: list[list[float]] = [[] for _ in clients]
    for number in range(CALLS + 5):
        for client, times in zip(clients, seconds, strict=True):
            began = time.perf_counter()
            result = await client.call_tool(tool, {})
            if number >= 5:
                times.append(time.perf_counter() - began)
            assert not result.is_error, result
    return seconds


@asynccontextmanager
async def _client(which: Which, transport: str) -> AsyncGenerator[Client]:
    match transport:
        case "memory":
            server: Any = viscript_server() if which == "viscript" else bare_server()
            async with Client(server) as client:
                yield client
        case "stdio":
            async with Client(_over_stdio(which)) as client:
                yield client
        case _:
            port = _free_port()
            process = subprocess.Popen([sys.executable, *_arguments(which, str(port))])
            try:
                await _until_open(port)
                async with Client(f"http://127.0.0.1:{port}/mcp") as client:
                    yield client
            finally:
                process.terminate()
                process.wait(10)


def _start(which: Which) -> float:
    async def listed() -> float:
        began = time.perf_counter()
        async with Client(_over_stdio(which)) as client:
            await client.list_tools()
            return time.perf_counter() - began

    return statistics.median(anyio.run(listed) for _ in range(3))


def _over_stdio(which: Which) -> StdioServerParameters:
    arguments = _arguments(which, "stdio")
    return StdioServerParameters(command=sys.executable, args=arguments, env=dict(os.environ))


def _arguments(which: Which, where: str) -> list[str]:
    return ["-m", f"{__package__}.mcp_servers", which, where]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


async def _until_open(port: int) -> None:
    with anyio.fail_after(60):
        while True:
            try:
                stream = await anyio.connect_tcp("127.0.0.1", port)
            except OSError:
                await anyio.sleep(0.05)
            else:
                await stream.aclose()
                return
