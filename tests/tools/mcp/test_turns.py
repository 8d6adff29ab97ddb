from __future__ import annotations

import anyio
import pytest
from viscript.tools.errors import ToolError
from viscript.tools.mcp.turns import Turns

pytestmark = pytest.mark.anyio


async def test_a_client_has_its_share_and_the_others_theirs() -> None:
    turns = Turns(running=2, waiting=10, in_all=3)
    running: list[str] = []
    seen: list[list[str]] = []

    async def call(client: str) -> None:
        async with turns.turn(client):
            running.append(client)
            seen.append(sorted(running))
            await anyio.lowlevel.checkpoint()
            await anyio.lowlevel.checkpoint()
            running.remove(client)

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(call, "a")
            group.start_soon(call, "b")
    assert len(seen) == 10
    assert max(len(one) for one in seen) == 3
    assert max(one.count("a") for one in seen) == 2


async def test_a_client_with_too_many_open_calls_is_refused() -> None:
    turns = Turns(running=1, waiting=1)
    async with anyio.create_task_group() as group, turns.turn("a"):
        waits = anyio.Event()

        async def wait() -> None:
            waits.set()
            async with turns.turn("a"):
                pass

        group.start_soon(wait)
        await waits.wait()
        await anyio.lowlevel.checkpoint()
        with pytest.raises(ToolError, match="2 calls are open already"):
            async with turns.turn("a"):
                pass
        async with turns.turn("b"):
            pass
