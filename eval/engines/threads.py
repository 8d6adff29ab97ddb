"""Threads for the questions that are answered at the same time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

SPARE = 32
"""Threads beside those of questions: the most that asyncio would have by itself."""


class Room:
    """A thread for each question, in whatever event loop they are answered.

    A question keeps one of the loop's threads while it is worked on, and asyncio has only four more
    of them than there are cores.

    Args:
        most: questions at the same time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._loop: asyncio.AbstractEventLoop | None = None

    def make(self) -> None:
        """Gives the running loop its threads, once."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            loop.set_default_executor(ThreadPoolExecutor(self._most + SPARE, "viscript"))
