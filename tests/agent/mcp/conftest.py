"""The whole server, and clients of it, away from the user's own cache and runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from viscript import Image, Toolbox
from viscript.agent.mcp.serving import agent_server
from viscript.tools.cache import MemoryCache
from viscript.tools.folders import runs_folder
from viscript.tools.mcp.access import Access
from viscript.tools.profile import load_profile
from viscript.tools.registry import Registry

Connect = Callable[..., Client]


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the server does."""
    return "asyncio"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where viscript keeps runs and threads in this test."""
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def results() -> MemoryCache:
    """Results of tools, for all tests."""
    return MemoryCache()


@pytest.fixture
def album(tmp_path: Path, astronaut: Image) -> Path:
    """An allowed folder with a photo."""
    folder = tmp_path / "album"
    folder.mkdir()
    astronaut.save(folder / "astronaut.png")
    return folder


@pytest.fixture
def connect(album: Path, results: MemoryCache) -> Connect:
    """Makes a client of the whole server, in memory; `mode="legacy"` is one of 2025."""

    def make(
        mode: str = "auto",
        planner: object = None,
        tools: Sequence[Callable[..., Any]] = (),
        **options: Any,
    ) -> Client:
        cache = MemoryCache() if tools else results
        toolbox = Toolbox(load_profile("embedded"), Registry.standard(tools), cache)
        access = Access(toolbox, runs_folder(), [album])
        server = agent_server(access, lambda: planner, remote=False)  # pyright: ignore[reportArgumentType, reportReturnType]
        return Client(server, mode=mode, **options)

    return make
