"""`Activity`: the calls that a backend is serving now, and which have not reached its model yet."""

from __future__ import annotations

import threading
from contextvars import ContextVar


class Activity:
    """The calls of one backend, counted from any thread."""

    def __init__(self) -> None:
        self._coming = 0
        self._lock = threading.Lock()

    @property
    def coming(self) -> int:
        """Calls that have begun and may yet ask for a model."""
        return self._coming

    def add(self, more: int) -> None:
        """Counts calls that begin, or with -1 one that has arrived or ended."""
        with self._lock:
            self._coming += more


class serving:  # noqa: N801 - read as a statement: `with serving(activity):`
    """While the block runs, a call of a backend is on its way to a model of it.

    Args:
        activity: of the backend.
    """

    __slots__ = ("_arrived", "_reset", "activity")

    def __init__(self, activity: Activity) -> None:
        self.activity = activity
        self._arrived = False

    def __enter__(self) -> None:
        self.activity.add(1)
        self._reset = _current.set(self)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._reset)
        self.arrive()

    def arrive(self) -> None:
        """The call has reached a model, or will not any more."""
        if not self._arrived:
            self._arrived = True
            self.activity.add(-1)


_current: ContextVar[serving | None] = ContextVar("viscript_serving", default=None)


def current_call() -> serving | None:
    """The call of a backend that runs in this context."""
    return _current.get()
