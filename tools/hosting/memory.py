"""`Memory`: which models are in the memory of a device, within a budget.

Models that nobody uses go when room is needed, the least recently used first. Who finds no room
waits until others are done, in the order of coming. No deadlock: who waits here uses no model, and
who uses one waits for nothing here.
"""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Any

from ..cancellation import Cancellation
from ..errors import ModelError
from .settings import in_words

WORTH_COLLECTING = 16 * 2**20
"""Bytes from which on the cycles that may hold a model are collected: that takes 0.1 s."""


@dataclass(slots=True, eq=False)
class Slot:
    """The room of a model.

    Args:
        key: of the model.
        size: bytes that are reserved for it.
        pinned: it is never taken out.
        model: None while it is being loaded.
        users: how many use it now.
    """

    key: str
    size: int
    pinned: bool = False
    model: Any = None
    users: int = 0


class Memory:
    """The models in the memory of one device; safe for threads.

    Args:
        limit: bytes that they may take together.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._slots: OrderedDict[str, Slot] = OrderedDict()
        self._used = 0
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    @property
    def used(self) -> int:
        """Bytes that are reserved; never more than the limit."""
        return self._used

    @property
    def waiting(self) -> tuple[object, ...]:
        """Who waits for room, the first one first."""
        with self._changed:
            return tuple(self._waiting)

    @property
    def slots(self) -> list[Slot]:
        """The models in memory, the least recently used first."""
        with self._changed:
            return list(self._slots.values())

    def acquire(
        self, key: str, size: int, cancellation: Cancellation, *, pinned: bool = False
    ) -> Slot:
        """The slot of a model, for the caller to use until `release`; waits for room.

        Args:
            key: of the model; one caller at a time asks for it.
            size: bytes that it takes; of no meaning when it is in memory already.
            cancellation: ends the waiting.
            pinned: it is never taken out again.

        Raises:
            ModelError: it would not fit even if nothing else were in use.
            CancelledError: the waiting was ended.
        """
        ticket = object()
        with cancellation.calling(self._wake), self._changed:
            self._waiting.append(ticket)
            try:
                while True:
                    cancellation.check()
                    slot = self._take(key, size, pinned) if self._waiting[0] is ticket else None
                    if slot is not None:
                        slot.users += 1
                        return slot
                    self._changed.wait()
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def release(self, slot: Slot) -> None:
        """Ends the use of a slot."""
        with self._changed:
            slot.users -= 1
            self._changed.notify_all()

    def resize(self, slot: Slot, size: int) -> bool:
        """Corrects the size of a slot in use, and takes others out for it.

        Returns:
            Whether there is room now. Otherwise nothing has changed, and the caller must `drop` it.

        Raises:
            ModelError: there can never be.
        """
        with self._changed:
            self._refuse_too_large(slot.key, size)
            if not self._make_room(size - slot.size):
                return False
            self._used += size - slot.size
            slot.size = size
            self._changed.notify_all()
            return True

    def drop(self, slot: Slot) -> None:
        """Ends the use of a slot and takes its model out."""
        with self._changed:
            slot.users -= 1
            self._discard(slot)
            self._changed.notify_all()

    def evict(self, key: str) -> None:
        """Takes a model out, if it is there and not in use."""
        with self._changed:
            slot = self._slots.get(key)
            if slot is not None and not slot.users:
                self._discard(slot)
                self._changed.notify_all()

    def evict_others(self, key: str) -> list[Slot]:
        """Takes out every model but one that is not in use or pinned; returns what went."""
        with self._changed:
            idle = [slot for slot in self._idle() if slot.key != key]
            for slot in idle:
                self._discard(slot)
            self._changed.notify_all()
            return idle

    def model(self, key: str) -> Any:
        """A model that is in memory, or None."""
        slot = self._slots.get(key)
        return None if slot is None else slot.model

    def _take(self, key: str, size: int, pinned: bool) -> Slot | None:
        slot = self._slots.get(key)
        if slot is not None:
            self._slots.move_to_end(key)
            return slot
        self._refuse_too_large(key, size)
        if not self._make_room(size):
            return None
        slot = self._slots[key] = Slot(key, size, pinned)
        self._used += size
        return slot

    def _refuse_too_large(self, key: str, size: int) -> None:
        pinned = sum(one.size for one in self._slots.values() if one.pinned and one.key != key)
        if size > self.limit - pinned:
            beside = f", {in_words(pinned)} of which are pinned" if pinned else ""
            raise ModelError(
                f"{name_of(key)} takes {in_words(size)}, more than the memory budget of "
                f"{in_words(self.limit)}{beside}",
                hint="raise memory in [host] of the profile or VISCRIPT_MEMORY, "
                "or name a smaller checkpoint",
            )

    def _make_room(self, more: int) -> bool:
        """Whether `more` bytes fit; takes out what is idle if that is enough for it."""
        idle = self._idle()
        if self._used + more - sum(slot.size for slot in idle) > self.limit:
            return False
        for slot in idle:
            if self._used + more <= self.limit:
                break
            self._discard(slot)
        return True

    def _idle(self) -> list[Slot]:
        return [slot for slot in self._slots.values() if not slot.users and not slot.pinned]

    def _discard(self, slot: Slot) -> None:
        del self._slots[slot.key]
        self._used -= slot.size
        slot.model = None
        if slot.size >= WORTH_COLLECTING:
            gc.collect()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


def name_of(key: str) -> str:
    """What people call a model: the checkpoint in its identity, or else its first part."""
    first, *rest = key.split("|")
    return rest[0] if rest and rest[0] else first
