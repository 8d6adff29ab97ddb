"""`Database`: a SQLite file that processes share, and whose failure is never the caller's."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

BUSY_SECONDS = 2.0
"""How long a statement waits for another process to finish writing."""

# The statements never change, so that an SQL error means that the tables aren't as they were made.
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
_FILE = re.compile(r"results-(\d+)\.sqlite")


class Database:
    """One SQLite connection (WAL, synchronous=NORMAL), opened when first used, for all threads.

    The file is `results-1.sqlite`. When it turns out to be damaged, not a database, or of another
    schema, it is set aside: left as it is, and `results-2.sqlite` is begun in its place, and so on.
    A file is never renamed or replaced, because another process may have it open.

    Args:
        folder: where the file is; made for its owner only.
        schema: the statements that make the tables.
        identity: the application id and version of the schema, kept in the file.
        on_begin: called when a new file has been begun.
    """

    def __init__(
        self,
        folder: Path,
        schema: str,
        identity: tuple[int, int],
        on_begin: Callable[[], None],
    ) -> None:
        self._folder = folder
        self._schema = schema
        self._identity = identity
        self._on_begin = on_begin
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inherited: list[sqlite3.Connection] = []
        self._process = 0
        self._generation = 1
        self._reported = False

    def run(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What `work` returns, or `otherwise` when the database can't be used.

        A damaged file is set aside and `work` done on a new one. Anything else (locked, read-only,
        disk full) is reported once, as a warning of the logger `viscript.cache`.
        """
        with self._lock:
            for _ in range(3):
                try:
                    return work(self._open())
                except sqlite3.Error as error:
                    if not _is_damage(error) and self._path.exists():
                        self.report(error)
                        return otherwise
                    self._drop()
                    self._generation += _is_damage(error)
                except OSError as error:
                    self.report(error)
                    return otherwise
        return otherwise

    def report(self, error: Exception) -> None:
        """Warns, the first time, that results can't be kept or found."""
        if not self._reported:
            self._reported = True
            log = logging.getLogger("viscript.cache")
            log.warning("results can't be kept in %s: %s", self._folder, error)

    def others(self) -> list[Path]:
        """Files that were set aside, or that killed processes left."""
        current = self._path.name
        return [
            path
            for pattern in ("results-*.sqlite*", "new-*.sqlite*")
            for path in self._folder.glob(pattern)
            if not path.name.startswith(current)
        ]

    def close(self) -> None:
        """Closes the file; the next `run` opens it again."""
        with self._lock:
            if self._process == os.getpid():
                self._drop()

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None:
            if self._process == os.getpid():
                return self._connection
            # A connection must neither be used nor closed in a forked child.
            self._inherited.append(self._connection)
            self._connection = None
        self._process = os.getpid()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = map(_FILE.fullmatch, (path.name for path in self._folder.iterdir()))
        found = (int(name[1]) for name in names if name is not None)
        self._generation = max(self._generation, *found, 1)
        while True:
            if not self._path.exists():
                self._begin()
            connection = self._connect(self._path)
            if self._is_ours(connection):
                self._connection = connection
                return connection
            connection.close()
            self._generation += 1

    @property
    def _path(self) -> Path:
        return self._folder / f"results-{self._generation}.sqlite"

    def _connect(self, path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    def _is_ours(self, connection: sqlite3.Connection) -> bool:
        try:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.Error as error:
            if _is_damage(error):
                return False
            connection.close()
            raise
        return (application, version) == self._identity

    def _begin(self) -> None:
        """Makes an empty database under another name, so that no process sees half of one."""
        handle, name = tempfile.mkstemp(dir=self._folder, prefix="new-", suffix=".sqlite")
        os.close(handle)
        draft = Path(name)
        try:
            with contextlib.closing(self._connect(draft)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
                application, version = self._identity
                connection.executescript(
                    f"BEGIN; {self._schema}; PRAGMA application_id={application};"
                    f"PRAGMA user_version={version}; COMMIT;"
                )
            with contextlib.suppress(FileExistsError):
                self._path.hardlink_to(draft)
                self._on_begin()
        finally:
            draft.unlink(missing_ok=True)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """Everything in the block is kept, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _is_damage(error: sqlite3.Error) -> bool:
    # The low byte of an extended code is the primary one.
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _DAMAGED
