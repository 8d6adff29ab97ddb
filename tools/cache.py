"""`Cache`: tool results on disk, by content.

A key is a digest of the tool, its backend and its arguments; the toolbox computes it. `Cache` keeps
a result as JSON in a row of a `Database`, and its pictures and depth maps in a `BlobFolder`. Both
are verified by checksum when read. What is damaged is a miss, and is deleted.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
import time
import weakref
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pydantic_core
from blake3 import blake3

from .blobs import BlobFolder, CheckedBlobs
from .database import Database, transaction
from .errors import ViscriptError
from .memory_cache import ENTRY_BYTES, MISSING, CacheInfo, MemoryCache
from .values import from_json, images_in, to_json
from .values.codec import DIGEST, shared
from .values.reading import KnownFiles

__all__ = ["MISSING", "Cache", "CacheInfo", "MemoryCache"]

T = TypeVar("T")

_IDENTITY = (0x76735F63, 1)
_SCHEMA = """
    CREATE TABLE entries (
        key TEXT PRIMARY KEY, used INTEGER NOT NULL, bytes INTEGER NOT NULL,
        checksum BLOB NOT NULL, json BLOB NOT NULL);
    CREATE INDEX entries_by_use ON entries (used, bytes);
    CREATE TABLE blobs (name TEXT PRIMARY KEY, bytes INTEGER NOT NULL, checksum BLOB NOT NULL);
    CREATE TABLE uses (key TEXT, name TEXT, PRIMARY KEY (key, name)) WITHOUT ROWID;
    CREATE INDEX uses_by_name ON uses (name)
"""
_ABANDONED_SECONDS = 3600.0
"""A blob that is in no table after this time belongs to no process that is still writing."""


class Cache:
    """Tool results on disk, shared by threads and processes, least recently used go first.

    No call fails because of the disk: what can't be read is missing, what can't be written is not
    kept, and the logger `viscript.cache` says so once.

    Results are not all it keeps: `known_files` (see `read_image`), and `thumbnails`, small copies
    of pictures as text, which are damaged and go as results do.

    Args:
        folder: made when first used, for its owner only.
        max_bytes: the size that the entries and their blobs are kept below, give or take 2 %.
    """

    def __init__(self, folder: Path, max_bytes: int = 2 * 2**30) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._files = files = BlobFolder(folder / "blobs")
        # Blobs of a database that was set aside are in no table: nobody else would delete them.
        self._database = Database(folder, _SCHEMA, _IDENTITY, lambda: files.sweep((), 0))
        self._touched: dict[str, int] = {}
        self._hits = self._misses = 0
        self.known_files: KnownFiles = _Section(self, "file:", _known_file)
        self.thumbnails: MutableMapping[str, str] = _Section(self, "thumbnail:", _text)
        # Closes at exit, so that the last uses are written down; must not hold `self`.
        self._finalizer = weakref.finalize(self, _close, self._database, self._touched)

    def get(self, key: str, held: Sequence[object] = ()) -> Any:
        """The value of a key, or `MISSING`.

        Args:
            key: hexadecimal digits.
            held: values that the caller has, such as a call's arguments: pictures of the result
                that are in them too are taken from there, and no blob is read for them.
        """
        value = self.load(key, held)
        if value is MISSING:
            self._misses += 1
        else:
            self._hits += 1
        return value

    def put(self, key: str, value: object, held: Sequence[object] = ()) -> None:
        """Keeps a value under a key.

        Args:
            key: hexadecimal digits.
            value: whatever a program can hold.
            held: values that whoever will ask for this key has, such as a call's arguments; the
                pictures in them are not stored. The same must be given to `get`.

        Raises:
            InputError: a value that no program can hold.
        """
        blobs = CheckedBlobs(self._database, self._files, images_in(held))
        try:
            data = to_json(value, blobs)
        except OSError as error:
            self._database.report(error)
            return
        text = pydantic_core.to_json(shared(data))
        self._database.run(lambda connection: self._store(connection, key, text, blobs), None)
        # Each byte gives the same chance of a look at the total, whichever process writes it.
        written = ENTRY_BYTES + len(text) + sum(size for size, _ in blobs.written.values())
        if random.random() < 1 / 64 + 64 * written / max(self._max_bytes, 1):
            self._database.run(self._trim, None)

    def file(self, name: str) -> Path | None:
        """The file of a picture or depth map that is kept; it never changes, so it may be linked.

        Args:
            name: its digest and suffix, as `to_json` names it.
        """
        return self._files.path(name) if self._files.size(name) > 0 else None

    def info(self) -> CacheInfo:
        """What the cache holds; what is no result counts as bytes only."""

        def count(connection: sqlite3.Connection) -> tuple[int, int]:
            (entries,) = connection.execute(
                "SELECT count(*) FROM entries WHERE instr(key, ':') = 0"
            ).fetchone()
            return entries, _total(connection)

        entries, size = self._database.run(count, (0, 0))
        return CacheInfo(self._folder, entries, size, self._max_bytes, self._hits, self._misses)

    def clear(self) -> None:
        """Forgets everything, and gives the space back."""

        def empty(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                for table in ("entries", "uses", "blobs"):
                    connection.execute(f"DELETE FROM {table}")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

        self._touched.clear()
        self._database.run(empty, None)
        self._files.sweep((), 0)
        for path in self._database.others():
            with contextlib.suppress(OSError):
                path.unlink()

    def close(self) -> None:
        """Writes down what was used and closes the files; the next use opens them again."""
        _close(self._database, self._touched)

    def load(self, key: str, held: Sequence[object] = ()) -> Any:
        """As `get`, without counting."""

        def look(connection: sqlite3.Connection) -> tuple[object, object] | None:
            return connection.execute(
                "SELECT json, checksum FROM entries WHERE key = ?", (key,)
            ).fetchone()

        row = self._database.run(look, None)
        if row is None:
            return MISSING
        text, checksum = row
        if isinstance(text, bytes) and _checksum(key, text) == checksum:
            blobs = CheckedBlobs(self._database, self._files)
            try:
                value = from_json(pydantic_core.from_json(text), blobs, images_in(held))
            except (KeyError, ValueError, ViscriptError):
                pass  # a blob is gone or damaged, or the text is not JSON of a value
            else:
                self._touch(key)
                return value
        self.forget(key)
        return MISSING

    def forget(self, key: str) -> None:
        """Deletes the value of a key, if there is one."""

        def delete(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                self._drop(connection, key)

        self._touched.pop(key, None)
        self._database.run(delete, None)

    def keys(self, prefix: str = "") -> list[str]:
        """The keys that begin with `prefix`, without it."""

        def look(connection: sqlite3.Connection) -> list[tuple[str]]:
            return connection.execute(
                "SELECT key FROM entries WHERE substr(key, 1, ?) = ?", (len(prefix), prefix)
            ).fetchall()

        return [key[len(prefix) :] for (key,) in self._database.run(look, [])]

    def _touch(self, key: str) -> None:
        self._touched[key] = time.time_ns()
        if len(self._touched) >= 1024:
            self._database.run(lambda connection: _write_touches(connection, self._touched), None)

    def _store(
        self, connection: sqlite3.Connection, key: str, text: bytes, blobs: CheckedBlobs
    ) -> None:
        with transaction(connection):
            connection.execute(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)",
                (key, time.time_ns(), len(text) + ENTRY_BYTES, _checksum(key, text), text),
            )
            connection.execute("DELETE FROM uses WHERE key = ?", (key,))
            connection.executemany(
                "INSERT INTO uses VALUES (?, ?)", [(key, name) for name in blobs.used]
            )
            connection.executemany(
                "INSERT OR REPLACE INTO blobs VALUES (?, ?, ?)",
                [(name, *kept) for name, kept in blobs.written.items()],
            )

    def _trim(self, connection: sqlite3.Connection) -> None:
        """Deletes the least recently used entries once the total is above the limit."""
        total = _total(connection)
        if total <= self._max_bytes:
            return
        _write_touches(connection, self._touched)
        with transaction(connection):
            connection.execute("DELETE FROM blobs WHERE name NOT IN (SELECT name FROM uses)")
        named = connection.execute("SELECT name FROM blobs").fetchall()
        self._files.sweep({name for (name,) in named}, _ABANDONED_SECONDS)
        goal = self._max_bytes * 9 // 10
        while total > goal:
            with transaction(connection):
                oldest = connection.execute(
                    "SELECT key, bytes FROM entries ORDER BY used LIMIT 100"
                ).fetchall()
                for key, size in oldest:
                    total -= size + self._drop(connection, key)
                    if total <= goal:
                        return
            if not oldest:
                return

    def _drop(self, connection: sqlite3.Connection, key: str) -> int:
        """Deletes an entry, and the blobs that only it used; returns the bytes of those."""
        names = connection.execute("SELECT name FROM uses WHERE key = ?", (key,)).fetchall()
        connection.execute("DELETE FROM uses WHERE key = ?", (key,))
        connection.execute("DELETE FROM entries WHERE key = ?", (key,))
        freed = 0
        for (name,) in names:
            if connection.execute("SELECT 1 FROM uses WHERE name = ?", (name,)).fetchone() is None:
                freed += max(self._files.size(name), 0)
                connection.execute("DELETE FROM blobs WHERE name = ?", (name,))
                self._files.delete(name)
        return freed


class _Section(MutableMapping[str, T]):
    """Entries of a cache that are no results, under keys that begin with `prefix`.

    Args:
        cache: keeps them.
        prefix: ends in a colon, which no key of a result has.
        read: the value that an entry holds; None when it holds another.
    """

    def __init__(self, cache: Cache, prefix: str, read: Callable[[object], T | None]) -> None:
        # Weak, because the cache owns this object and closes when nothing holds it any more.
        self._cache = weakref.proxy(cache)
        self._prefix = prefix
        self._read = read

    def __getitem__(self, key: str) -> T:
        value = self._read(self._cache.load(self._prefix + key))
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str, value: T) -> None:
        self._cache.put(self._prefix + key, value)

    def __delitem__(self, key: str) -> None:
        self._cache.forget(self._prefix + key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._cache.keys(self._prefix))

    def __len__(self) -> int:
        return len(self._cache.keys(self._prefix))


def _known_file(value: object) -> tuple[str, int, int] | None:
    match value:
        case [str() as digest, int() as width, int() as height] if (
            DIGEST.fullmatch(digest) and type(width) is type(height) is int
        ):
            return (digest, width, height) if width > 0 and height > 0 else None
        case _:
            return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _checksum(key: str, text: bytes) -> bytes:
    return blake3(key.encode() + text).digest(16)


def _total(connection: sqlite3.Connection) -> int:
    (size,) = connection.execute(
        "SELECT (SELECT total(bytes) FROM entries) + (SELECT total(bytes) FROM blobs)"
    ).fetchone()
    return int(size)


def _write_touches(connection: sqlite3.Connection, touched: dict[str, int]) -> None:
    rows = [(used, key) for key, used in list(touched.items())]
    touched.clear()
    with transaction(connection):
        connection.executemany("UPDATE entries SET used = ? WHERE key = ?", rows)


def _close(database: Database, touched: dict[str, int]) -> None:
    if touched:
        database.run(lambda connection: _write_touches(connection, touched), None)
    database.close()
