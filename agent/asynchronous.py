"""Following a generator in an event loop, while its work is done in threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from typing import TypeVar

from ..tools.cancellation import Cancellation

T = TypeVar("T")


async def followed(
    begin: Callable[[Cancellation], Generator[T]], cancellation: Cancellation | None
) -> AsyncGenerator[T]:
    """What a generator yields, without blocking the event loop.

    When the caller stops listening, the work is stopped.

    Args:
        begin: makes the generator; it is given the token that stops the work.
        cancellation: the caller's token, which stops it too.
    """
    begun: list[Generator[T]] = []
    turn = threading.Lock()

    def following(token: Cancellation) -> T | None:
        with turn:
            if not begun:
                begun.append(begin(token))
            return next(begun[0], None)

    def closed() -> None:
        with turn:
            for events in begun:
                events.close()

    try:
        with (cancellation or Cancellation()).part() as token:
            while (event := await asyncio.to_thread(following, token)) is not None:
                yield event
    finally:
        # The graph has threads of its own, which wait for it to end: the process would, too.
        asyncio.get_running_loop().run_in_executor(None, closed)
