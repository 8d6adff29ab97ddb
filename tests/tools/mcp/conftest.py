"""A server of the tools, and clients of it, away from the user's own cache and runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from viscript import Image, Toolbox
from viscript.tools.cache import MemoryCache
from viscript.tools.mcp.access import Access
from viscript.tools.mcp.offers import tool_features
from viscript.tools.mcp.server import server_for

Connect = Callable[..., Client]


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the server does."""
    return "asyncio"


@pytest.fixture(scope="session")
def embedded() -> Toolbox:
    """The embedded profile; its models are loaded once for all tests."""
    return Toolbox.load("embedded", cache=MemoryCache())


@pytest.fixture
def album(tmp_path: Path, astronaut: Image) -> Path:
    """An allowed folder with a photo, beside a secret file."""
    folder = tmp_path / "album"
    folder.mkdir()
    astronaut.save(folder / "astronaut.png")
    astronaut.save(tmp_path / "secret.png")
    return folder


@pytest.fixture
def access(embedded: Toolbox, album: Path, tmp_path: Path) -> Access:
    """What clients may reach: the album, and a folder for what the server makes."""
    return Access(embedded, tmp_path / "home", [album])


@pytest.fixture
def connect(access: Access) -> Connect:
    """Makes a client of the tools, in memory; `mode="legacy"` is one of 2025."""

    def make(mode: str = "auto", *, to: Access = access, **options: Any) -> Client:
        return Client(server_for(tool_features(to)), mode=mode, **options)

    return make
