from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from viscript.tools.errors import InputError
from viscript.tools.mcp.access import Access
from viscript.tools.mcp.offers import tool_features
from viscript.tools.mcp.server import server_for
from viscript.tools.mcp.transports import MAX_BODY, HttpSettings, http_app

pytestmark = pytest.mark.anyio
TOKEN = "a-long-random-text-for-tests"
ASK = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
HEADERS = {"Accept": "application/json, text/event-stream"}


@asynccontextmanager
async def _served(access: Access, **settings: Any) -> AsyncGenerator[httpx2.AsyncClient]:
    """Speaks HTTP with a server in this process."""
    server = server_for(tool_features(access))
    app = http_app(server, HttpSettings(**settings))
    transport = httpx2.ASGITransport(app=app)
    async with (
        server.session_manager.run(),
        httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765") as client,
    ):
        yield client


async def _status(client: httpx2.AsyncClient, **headers: str) -> int:
    answer = await client.post("/mcp", json=ASK, headers={**HEADERS, **headers})
    return answer.status_code


async def test_this_machine_is_let_in(access: Access) -> None:
    async with _served(access) as client:
        assert await _status(client) == 200
        assert await _status(client, Host="localhost:1234", Origin="http://localhost:5") == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:8765"}, 421),
        ({"Host": "evil.example:8765"}, 421),
        ({"Host": "localhost.evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example:80"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "file://"}, 403),
    ],
)
async def test_a_page_elsewhere_is_not_let_in(
    access: Access, headers: dict[str, str], status: int
) -> None:
    async with _served(access) as client:
        assert await _status(client, **headers) == status


async def test_a_token_is_asked_for_when_there_is_one(access: Access) -> None:
    async with _served(access, token=TOKEN) as client:
        assert await _status(client) == 401
        for wrong in ("", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN):
            assert await _status(client, Authorization=wrong) == 401
        assert await _status(client, Authorization=f"Bearer {TOKEN}") == 200
        answer = await client.post("/mcp", json=ASK)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert TOKEN not in answer.text


async def test_two_tokens_at_once_are_not_let_in(access: Access) -> None:
    async with _served(access, token=TOKEN) as client:
        headers = [*HEADERS.items(), ("Authorization", "Bearer x")]
        headers.append(("Authorization", f"Bearer {TOKEN}"))
        assert (await client.post("/mcp", json=ASK, headers=headers)).status_code == 401


def test_other_machines_need_a_token() -> None:
    for host in ("0.0.0.0", "::", "192.168.1.5", "example.org"):
        with pytest.raises(InputError, match="clients need a token"):
            HttpSettings(host)
        assert HttpSettings(host, token=TOKEN).token == TOKEN
    with pytest.raises(InputError, match="at least 16 characters"):
        HttpSettings(token="short")
    assert TOKEN not in repr(HttpSettings(token=TOKEN))


async def test_another_name_of_the_server_is_let_in(access: Access) -> None:
    async with _served(
        access, host="192.168.1.5", token=TOKEN, names=["pictures.example"]
    ) as client:
        let_in = {"Authorization": f"Bearer {TOKEN}"}
        assert await _status(client, Host="pictures.example", **let_in) == 200
        assert await _status(client, Host="192.168.1.5:8765", **let_in) == 200
        assert await _status(client, Host="other.example", **let_in) == 421


@pytest.mark.parametrize("told", [True, False], ids=["with a length", "in pieces"])
async def test_a_body_that_is_too_large_is_refused(access: Access, told: bool) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        for _ in range(MAX_BODY // 2**20 + 1):
            yield b"x" * 2**20

    content: Any = b"x" * (MAX_BODY + 1) if told else pieces()
    headers = {**HEADERS, "Content-Type": "application/json"}
    async with _served(access) as client:
        answer = await client.post("/mcp", content=content, headers=headers)
        assert answer.status_code == 413
        assert await _status(client) == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "1.0", "id": 1, "method": "initialize"}',
        b'{"jsonrpc": "2.0", "id": {}, "method": "tools/list"}',
        b'{"jsonrpc": "2.0", "id": 1, "method": 7}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": []}',
        b"[" * 100_000,
        b'{"jsonrpc": "2.0", "id": ' + b"9" * 10_000 + b', "method": "ping"}',
    ],
)
@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28", "1999-01-01"])
async def test_a_malformed_message_is_refused_and_the_server_stays_up(
    access: Access, body: bytes, version: str
) -> None:
    headers = {
        **HEADERS,
        "Content-Type": "application/json",
        "MCP-Protocol-Version": version,
    }
    async with _served(access) as client:
        answer = await client.post("/mcp", content=body, headers=headers)
        assert 400 <= answer.status_code < 500
        assert "Traceback" not in answer.text
        assert await _status(client) == 200
