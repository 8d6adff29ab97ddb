"""Serving over stdio, and over HTTP behind checks of host, origin, token and size."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings

from ..errors import InputError

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "/mcp"
MAX_BODY = 16 * 2**20
"""Bytes of a request: a data URI of a picture of 12 MB fits."""

MAX_SESSIONS = 64
IDLE_SECONDS = 1800.0
MIN_TOKEN = 16
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class HttpSettings:
    """Where a server listens, and to whom.

    Args:
        host: the address to bind.
        port: the port; 0 takes a free one.
        token: the bearer token that each request must carry; empty asks for none.
        names: more names by which clients reach it, for the check of the Host header.

    Raises:
        InputError: another address than loopback without a token, or a token that can be guessed.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    token: str = field(default="", repr=False)
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.host not in _LOOPBACK and not self.token:
            raise InputError(
                f"{self.host} can be reached from other machines, so clients need a token",
                hint="set VISCRIPT_MCP_TOKEN to a long random text",
            )
        if self.token and len(self.token) < MIN_TOKEN:
            raise InputError(f"a token has at least {MIN_TOKEN} characters")

    @property
    def security(self) -> TransportSecuritySettings:
        """The hosts and origins that are let in: those of this machine, and those named."""
        bound = () if self.host in _LOOPBACK else (self.host,)
        names = [f"[{one}]" if ":" in one else one for one in (*_LOOPBACK, *bound, *self.names)]
        hosts = [*names, *(f"{name}:*" for name in names)]
        origins = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
        return TransportSecuritySettings(
            enable_dns_rebinding_protection=True,
            allowed_hosts=hosts,
            allowed_origins=origins,
        )


def run_stdio(server: Server[Any]) -> None:
    """Serves one client over standard input and output, until it closes them."""

    async def serve() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(serve)


def run_http(server: Server[Any], settings: HttpSettings) -> None:
    """Serves clients over HTTP, until the process is told to end."""
    import uvicorn

    uvicorn.run(
        http_app(server, settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,
        server_header=False,
    )


def http_app(server: Server[Any], settings: HttpSettings) -> ASGIApp:
    """The server as an ASGI application."""
    app: Starlette = server.streamable_http_app(
        streamable_http_path=PATH,
        host=settings.host,
        transport_security=settings.security,
        max_request_body_size=MAX_BODY,
        max_sessions=MAX_SESSIONS,
        session_idle_timeout=IDLE_SECONDS,
    )
    return Gate(app, settings.token)


class Gate:
    """What each request passes first.

    Without the bearer token (RFC 6750) it is answered 401. One whose sender went away in the middle
    is dropped without a word: the log is not for strangers to fill.

    Args:
        app: answers those that pass.
        token: the token; empty lets all pass.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode() if token else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        from starlette.requests import ClientDisconnect
        from starlette.responses import Response

        if scope["type"] == "http" and not self._allowed(scope):
            headers = {"WWW-Authenticate": "Bearer"}
            response = Response("A bearer token is needed", 401, headers)
            await response(scope, receive, send)
            return
        with suppress(ClientDisconnect):
            await self._app(scope, receive, send)

    def _allowed(self, scope: Scope) -> bool:
        if not self._expected:
            return True
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        # One comparison in constant time, so that a token can't be found letter by letter.
        return len(given) == 1 and hmac.compare_digest(given[0], self._expected)
