"""How loading and fetching tell how far they are; who shows it, if anyone, is not known here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much: 0 of 0 when that can't be told.

An empty text means that the work has ended.
"""


class Reporter:
    """Passes progress on to whoever shows it.

    Args:
        tell: is told.
    """

    def __init__(self, tell: Progress | None = None) -> None:
        self._tell = tell

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        """Work on `what` has done `done` of `total`."""
        if self._tell is not None:
            self._tell(what, done, total)

    def bars(self, what: str, unit: str) -> type[Any]:
        """A class like `tqdm.tqdm` for libraries that want one; it shows nothing itself.

        Args:
            what: the work.
            unit: which of the library's bars counts: that of bytes ("B") or of things ("it").
        """
        told = self

        class Bar:
            """As much of tqdm as the libraries use."""

            def __init__(self, iterable: Any = None, *_: Any, **settings: Any) -> None:
                self._iterable = iterable
                length = len(iterable) if hasattr(iterable, "__len__") else 0
                self.total = settings.get("total") or length
                self.n = settings.get("initial") or 0
                self._counts = settings.get("unit", "it") == unit

            def update(self, more: float | None = 1) -> None:
                """Adds to what is done."""
                self.n += more or 0
                if self._counts and self.total:
                    told(what, int(self.n), int(self.total))

            def __iter__(self) -> Any:
                for one in self._iterable:
                    yield one
                    self.update()

            def __enter__(self) -> Bar:
                return self

            def __exit__(self, *_: object) -> None:
                """Nothing is open."""

            def __getattr__(self, name: str) -> Any:
                return _nothing

            @staticmethod
            def get_lock() -> Any:
                """A lock for bars that share a terminal: these don't."""
                return threading.RLock()

            @staticmethod
            def set_lock(lock: object) -> None:
                """Bars that share no terminal need none."""

        return Bar


def _nothing(*_: object, **__: object) -> None:
    """What a bar does that is only about how it looks."""


_current: ContextVar[Reporter | None] = ContextVar("viscript_progress", default=None)


def current_progress() -> Reporter:
    """Where the work of this context reports to; nowhere by default."""
    return _current.get() or Reporter()


@contextmanager
def reporting(tell: Progress | None) -> Generator[None]:
    """Within the block, work of this thread reports to `tell`."""
    reset = _current.set(Reporter(tell))
    try:
        yield
    finally:
        _current.reset(reset)
