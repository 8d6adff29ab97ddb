"""`Turns`: how many calls run at a time, for each client and in all."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

from ..errors import ToolError

RUNNING = 4
"""Calls of one client that run at the same time."""

WAITING = 32
"""Calls of one client that may wait for the others."""

RUNNING_IN_ALL = 8
"""Calls of all clients that run at the same time; each takes a thread."""


class Turns:
    """Gives calls their turn: first come, first served, within each client's share."""

    def __init__(
        self, running: int = RUNNING, waiting: int = WAITING, in_all: int = RUNNING_IN_ALL
    ) -> None:
        self._running = running
        self._waiting = waiting
        self._clients: dict[str, anyio.Semaphore] = {}
        self._in_all = in_all
        self._all: anyio.Semaphore | None = None

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncGenerator[None]:
        """Waits for a turn, and has it during the block.

        Raises:
            ToolError: too many calls of this client wait already.
        """
        own = self._clients.setdefault(client, anyio.Semaphore(self._running))
        if own.statistics().tasks_waiting >= self._waiting:
            raise ToolError(
                f"{self._running + self._waiting} calls are open already",
                hint="wait for one of them to end, then call again",
            )
        if self._all is None:
            self._all = anyio.Semaphore(self._in_all)
        try:
            async with own, self._all:
                yield
        finally:
            if own.value == self._running and not own.statistics().tasks_waiting:
                self._clients.pop(client, None)
