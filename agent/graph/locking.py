"""Locks on threads: one process at a time works on a request, or talks in a conversation."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ...tools.errors import InputError

FILE = "lock"


class BusyError(InputError):
    """Somebody else is working on the request or the conversation."""


class ThreadLock:
    """A lock that the operating system frees when its process ends, however it ends.

    Who holds it may take it again, and gives it back as often.

    Args:
        folder: of the thread's files; made when the lock is first taken.
        what: what is locked, in a word.
    """

    def __init__(self, folder: Path, what: str) -> None:
        self._folder = folder
        self._what = what
        # Not a thread's own: who follows a request from an event loop does so in several.
        self._lock = FileLock(folder / FILE, thread_local=False)

    @contextmanager
    def held(self) -> Generator[None]:
        """Holds it within the block.

        Raises:
            BusyError: another process holds it, or somebody else in this one.
            InputError: the file can't be written.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire(blocking=False)
        except Timeout:
            raise BusyError(
                f"another process is working on this {self._what}", hint="wait until it is done"
            ) from None
        except OSError as error:
            raise InputError(
                f"the {self._what} can't be kept in {self._folder}: {error.strerror or error}",
                hint="make room, or set VISCRIPT_HOME to another folder",
            ) from error
        try:
            yield
        finally:
            self._lock.release()
