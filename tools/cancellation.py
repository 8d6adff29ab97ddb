"""Stopping work: a token that long-running tools look at, and models are told through."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from queue import Empty, SimpleQueue

from .errors import CancelledError


class Cancellation:
    """A request to stop, safe to make from any thread."""

    def __init__(self) -> None:
        self._reason = ""
        self._callbacks: list[Callable[[], None]] = []
        # Reentrant: a signal handler may cancel while this thread is inside `calling`.
        self._lock = threading.RLock()

    @property
    def cancelled(self) -> bool:
        """Whether someone has asked to stop."""
        return bool(self._reason)

    def cancel(self, reason: str) -> None:
        """Asks to stop, saying why; a second call changes nothing."""
        with self._lock:
            if self._reason:
                return
            self._reason = reason
            callbacks = list(self._callbacks)
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Raises `CancelledError` once someone has asked to stop; call it between units of work."""
        if self._reason:
            raise CancelledError(self._reason)

    @contextmanager
    def calling(self, callback: Callable[[], None]) -> Generator[None]:
        """While the block runs, `callback` is called as soon as someone asks to stop."""
        with self._lock:
            self._callbacks.append(callback)
            late = self.cancelled
        if late:
            callback()
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)

    @contextmanager
    def part(self) -> Generator[Cancellation]:
        """A token for a part of the work: it is cancelled with this one, and when the block ends.

        So what the part left behind stops, and this token is still good for the next part.
        """
        inner = Cancellation()
        with self.calling(lambda: inner.cancel(self._reason)):
            try:
                yield inner
            finally:
                inner.cancel("nobody listens any longer")


_current: ContextVar[Cancellation | None] = ContextVar("viscript_cancellation", default=None)


def current_cancellation() -> Cancellation:
    """The token of the tool call that is running in this context; a fresh one outside of any."""
    return _current.get() or Cancellation()


def pause(seconds: float) -> None:
    """Waits, but not after someone has asked to stop the work of this context.

    Raises:
        CancelledError: someone has.
    """
    token = current_cancellation()
    # A queue, since a signal handler may cancel while this very thread waits.
    woken: SimpleQueue[None] = SimpleQueue()
    with token.calling(lambda: woken.put(None)), suppress(Empty):
        woken.get(timeout=seconds)
    token.check()


class cancellable:  # noqa: N801 - read as a statement: `with cancellable(token):`
    """Makes `token` the current one within the block."""

    # Every step enters one; a generator under `contextmanager` takes four times as long.
    __slots__ = ("_reset", "_token")

    def __init__(self, token: Cancellation) -> None:
        self._token = token

    def __enter__(self) -> None:
        self._reset = _current.set(self._token)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._reset)
