"""The bytes of the pictures and depth maps of cached values: their files and checksums."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path

from blake3 import blake3

from .database import Database
from .values import Image

_NAME = re.compile(r"[0-9a-f]{64}\.(png|npy)")


class BlobFolder:
    """Files under `folder/ab/abcd….png`, each written at once or not at all.

    The folder and its files can be read by their owner only. Names are a digest of 64 hexadecimal
    digits and a suffix (`.png`, `.npy`); any other name is a `KeyError`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Where the bytes of `name` are or would be."""
        if not _NAME.fullmatch(name):
            raise KeyError(name)
        return self._folder / name[:2] / name

    def write(self, name: str, data: bytes) -> None:
        """Keeps `data` under `name`; a reader sees the old bytes or the new ones, never a part.

        Raises:
            OSError: the folder can't be written, or the disk is full.
        """
        target = self.path(name)
        for folder in (self._folder, target.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix="new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def read(self, name: str) -> bytes:
        """The bytes under `name`; `KeyError` when there are none that can be read."""
        try:
            return self.path(name).read_bytes()
        except OSError:
            raise KeyError(name) from None

    def size(self, name: str) -> int:
        """How many bytes there are under `name`; -1 when there is no such file."""
        try:
            return self.path(name).stat().st_size
        except OSError:
            return -1

    def delete(self, name: str) -> None:
        """Forgets `name`; a file that can't be deleted now is left to a later `sweep`."""
        with contextlib.suppress(OSError):
            self.path(name).unlink()

    def sweep(self, keep: Container[str], older_than: float) -> None:
        """Deletes files that are not in `keep` and were written over `older_than` seconds ago.

        Processes that were killed leave such files, half-written ones among them.
        """
        horizon = time.time() - older_than
        for path in self._files():
            with contextlib.suppress(OSError):
                if path.name not in keep and path.stat().st_mtime <= horizon:
                    path.unlink()

    def _files(self) -> Iterator[Path]:
        with contextlib.suppress(OSError):
            for folder in sorted(self._folder.iterdir()):
                if len(folder.name) == 2 and folder.is_dir():
                    yield from folder.iterdir()


class CheckedBlobs:
    """The blobs of one `get` or `put`: verified when read, written unless they are there."""

    def __init__(self, database: Database, folder: BlobFolder, held: Iterable[Image] = ()) -> None:
        self._database = database
        self._folder = folder
        self._held = {f"{image.digest}.png" for image in held}
        self.used: set[str] = set()
        self.written: dict[str, tuple[int, bytes]] = {}

    def put(self, name: str, make: Callable[[], bytes]) -> None:
        if name in self._held or name in self.used:
            return
        self.used.add(name)
        row = self._row(name)
        if row is None or self._folder.size(name) != row[0]:
            data = make()
            self._folder.write(name, data)
            self.written[name] = (len(data), blake3(data).digest())

    def get(self, name: str) -> bytes:
        row = self._row(name)
        if row is None:
            raise KeyError(name)
        data = self._folder.read(name)
        if blake3(data).digest() != row[1]:
            self._folder.delete(name)
            raise KeyError(name)
        return data

    def _row(self, name: str) -> tuple[int, bytes] | None:
        def look(connection: sqlite3.Connection) -> tuple[int, bytes] | None:
            return connection.execute(
                "SELECT bytes, checksum FROM blobs WHERE name = ?", (name,)
            ).fetchone()

        return self._database.run(look, None)
