"""`Artifacts`: the pictures, depth maps and masks that clients hold handles of."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from ..cache import MISSING, Cache, MemoryCache
from ..errors import InputError
from ..values import DepthMap, Image, Region
from ..values.codec import DIGEST
from .previews import Previews

Artifact = Image | DepthMap | Region

MAX_PIXELS = 60_000_000
"""Pixels of the artifacts that are kept in memory; all of them are in the cache."""


class Artifacts:
    """Values by their digest: what was used last in memory, all of them in the cache of results.

    An id is as good as the value: it can't be guessed by someone who doesn't have the value.

    Args:
        cache: keeps them, as long as its own limit allows.

    Attributes:
        previews: makes and keeps the pictures that clients are shown of them.
    """

    def __init__(self, cache: Cache | MemoryCache) -> None:
        self._cache = cache
        self._recent: OrderedDict[str, Artifact] = OrderedDict()
        self._pixels = 0
        self._lock = threading.Lock()
        self.previews = Previews()

    def keep(self, value: Artifact) -> str:
        """Keeps a value, and returns its id."""
        name = value.digest
        if self._touch(name) is None:
            if self._cache.get(name) is MISSING:
                self._cache.put(name, value)
            self._remember(name, value)
        return name

    def find(self, name: str) -> Artifact:
        """The value of an id.

        Raises:
            InputError: it is no id, or the value is no longer kept.
        """
        if not DIGEST.fullmatch(name):
            raise InputError(
                f"{name[:80]!r} is not the id of an artifact",
                hint="an id has 64 hexadecimal digits",
            )
        value = self._touch(name)
        if value is None:
            value = self._cache.get(name)
            if not isinstance(value, Artifact):
                raise InputError(
                    f"there is no artifact {name[:12]}…",
                    hint="it is no longer kept: give the picture again",
                )
            self._remember(name, value)
        return value

    def recent(self) -> Sequence[Image | DepthMap]:
        """The pictures and depth maps in memory, the last one first."""
        with self._lock:
            values = list(reversed(self._recent.values()))
        return [value for value in values if not isinstance(value, Region)]

    def _touch(self, name: str) -> Artifact | None:
        with self._lock:
            if name in self._recent:
                self._recent.move_to_end(name)
            return self._recent.get(name)

    def _remember(self, name: str, value: Artifact) -> None:
        with self._lock:
            if name in self._recent:
                return
            self._recent[name] = value
            self._pixels += _pixels_of(value)
            while self._pixels > MAX_PIXELS and len(self._recent) > 1:
                self._pixels -= _pixels_of(self._recent.popitem(last=False)[1])


def _pixels_of(value: Artifact) -> int:
    # A region holds its whole picture.
    picture = value.image if isinstance(value, Region) else value
    return picture.width * picture.height
