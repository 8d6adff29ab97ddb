"""`Encodings`: what is costly to compute and asked for again, kept by digest within a byte limit.

SAM encodes a picture in seconds and answers a prompt on it in milliseconds; CLIP's encoding of a
label is the same for every picture. A model of a backend makes one in its `load`, as its attribute
`encodings`, and asks it inside `run`:

    class SamModel:
        def __init__(self, ...) -> None:
            self.encodings = Encodings(256 * 2**20)

        def run(self, items):
            ...
            embedding = self.encodings.get_or(image.digest, lambda: self._encode(image))

The host counts the limit of that attribute in its memory budget (and lowers it where the budget is
small), empties it when memory is short, and drops it with the model. `get_or_all` computes what is
missing of several keys in one batch.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

Kept = TypeVar("Kept")

_ENTRY_BYTES = 200
"""What an entry takes beside its arrays: its key, and its place in the order."""


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Kept]):
    value: Kept
    size: int


class Encodings(Generic[Kept]):
    """Values by key, at most `limit_bytes` of them; the least recently used go first.

    Safe for threads; two that ask for the same missing key at once may both make it.

    Args:
        limit_bytes: what the values may take. A value that is larger is given but not kept.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._entries: OrderedDict[str, _Entry[Kept]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get_or(self, key: str, make: Callable[[], Kept]) -> Kept:
        """The value of a key; one that is not kept is made, and kept.

        Args:
            key: says all that the value depends on, such as a picture's digest.
            make: computes the value; called without a lock.
        """
        return self.get_or_all([key], lambda _: [make()])[0]

    def get_or_all(
        self, keys: Sequence[str], make: Callable[[Sequence[str]], Sequence[Kept]]
    ) -> list[Kept]:
        """The values of several keys, in order.

        Args:
            keys: as in `get_or`; one may occur several times.
            make: computes the values of the keys that are not kept, in their order; called once,
                with each missing key once, and not at all when none is missing.
        """
        found: dict[str, Kept] = {}
        with self._lock:
            for key in keys:
                if key in self._entries:
                    self._entries.move_to_end(key)
                    found[key] = self._entries[key].value
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            for key, value in zip(missing, make(missing), strict=True):
                found[key] = value
                self._keep(key, value)
        return [found[key] for key in keys]

    def limit(self, limit_bytes: int) -> None:
        """Sets another limit, and forgets what is above it."""
        with self._lock:
            self.limit_bytes = limit_bytes
            self._forget_above(limit_bytes)

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    @property
    def bytes(self) -> int:
        """What the values take now; never more than the limit."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def _keep(self, key: str, value: Kept) -> None:
        size = size_of(value) + _ENTRY_BYTES + len(key)
        if size > self.limit_bytes:
            return
        with self._lock:
            old = self._entries.pop(key, None)
            self._bytes -= old.size if old is not None else 0
            self._forget_above(self.limit_bytes - size)
            self._entries[key] = _Entry(value, size)
            self._bytes += size

    def _forget_above(self, limit: int) -> None:
        while self._entries and self._bytes > limit:
            _, oldest = self._entries.popitem(last=False)
            self._bytes -= oldest.size


def size_of(value: object) -> int:
    """The bytes of the arrays and tensors in a value, in its lists, tuples and mappings too."""
    size = getattr(value, "nbytes", None)
    if isinstance(size, int):
        return size
    if isinstance(value, (str, bytes)):
        return len(value)
    if isinstance(value, Mapping):
        return sum(size_of(one) for one in cast("Mapping[Any, object]", value).values())
    if isinstance(value, Sequence):
        return sum(size_of(one) for one in cast("Sequence[object]", value))
    return 0
