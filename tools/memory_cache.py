"""`MemoryCache`: tool results in memory, and what every cache has in common."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from .values import DepthMap, Image, Region
from .values.reading import KnownFiles

MISSING: Final = object()
"""What `get` returns when a key has no value; None is a value."""

ENTRY_BYTES = 300
"""About what an entry takes besides its value."""


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What a cache holds; `hits` and `misses` are of this process. No folder: in memory."""

    folder: Path | None
    entries: int
    bytes: int
    max_bytes: int
    hits: int
    misses: int


class MemoryCache:
    """Tool results in memory, for plain use without a disk; least recently used go first.

    Args:
        max_bytes: the size of the pixels, masks and depth maps that the values hold, roughly;
            a picture that several values hold counts for each.
    """

    def __init__(self, max_bytes: int = 256 * 2**20) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[str, tuple[object, int]] = OrderedDict()
        self._bytes = 0
        self._hits = self._misses = 0
        self._lock = threading.Lock()
        self.known_files: KnownFiles = {}

    def get(self, key: str, held: Sequence[object] = ()) -> Any:
        """The value of a key, or `MISSING`; see `Cache.get`."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                self._misses += 1
                return MISSING
            self._hits += 1
            self._entries.move_to_end(key)
        return _copied(entry[0])

    def put(self, key: str, value: object, held: Sequence[object] = ()) -> None:
        """Keeps a value under a key; see `Cache.put`."""
        size = ENTRY_BYTES + _size_of(value)
        kept = _copied(value)
        with self._lock:
            self._bytes += size - self._entries.pop(key, (None, 0))[1]
            self._entries[key] = (kept, size)
            while self._bytes > self._max_bytes:
                _, (_, freed) = self._entries.popitem(last=False)
                self._bytes -= freed

    def info(self) -> CacheInfo:
        """What the cache holds."""
        count = len(self._entries)
        return CacheInfo(None, count, self._bytes, self._max_bytes, self._hits, self._misses)

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0
            self.known_files.clear()

    def close(self) -> None:
        """Does nothing: there is nothing to close."""


def _copied(value: object) -> Any:
    """`value` with lists of its own, so that nobody can change what is kept."""
    if isinstance(value, (list, tuple)):
        return [_copied(item) for item in cast("Sequence[object]", value)]
    return value


def _size_of(value: object) -> int:
    """About how many bytes a value holds; a picture that several of its parts share counts once."""
    if isinstance(value, (int, float)):
        return 0
    arrays: dict[int, int] = {}
    return _own_size(value, arrays) + sum(arrays.values())


def _own_size(value: object, arrays: dict[int, int]) -> int:
    match value:
        case Region():
            mask = 0 if value.mask is None else value.mask.array.nbytes
            return ENTRY_BYTES + mask + _own_size(value.image, arrays)
        case Image():
            arrays[id(value)] = 3 * value.width * value.height
        case DepthMap():
            arrays[id(value)] = value.array.nbytes
        case str():
            return len(value)
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return sum(_own_size(item, arrays) for item in items)
        case _:
            pass
    return 0
