"""`Runner`: loads a model when it is needed, runs it on batches, and yields when memory is short.

When memory runs out, in this order: smaller batches, the other models out, the CPU. Each is noted
in the record of the calls (`tools.notes`).
"""

from __future__ import annotations

import importlib
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from ..cancellation import current_cancellation
from ..errors import CancelledError, ModelError
from ..notes import note
from .measure import encodings_of, measured_bytes
from .memory import Memory, Slot, name_of
from .model import Model, ModelSource, Placement
from .placement import CPU, placement_for, scaled
from .progress import Progress, current_progress, reporting
from .settings import HostSettings, in_words
from .shortage import is_out_of_memory, needs_float32

Item = TypeVar("Item")
Result = TypeVar("Result")

ENCODINGS_SHARE = 4
"""A model's encodings may take this part of what the budget leaves beside the model."""


class Outcome(NamedTuple):
    """What became of one item: a result, or an error."""

    result: Any = None
    error: Exception | None = None


class Runner(Generic[Item, Result]):
    """Runs one model; called by one thread at a time.

    Args:
        source: the model.
        settings: how models are kept.
        memory: of a device, by its name.
        tell: gives what shows the progress of loading, if anything does.
    """

    def __init__(
        self,
        source: ModelSource[Item, Result],
        settings: HostSettings,
        memory: Callable[[str], Memory],
        tell: Callable[[], Progress | None],
    ) -> None:
        self._source = source
        self._settings = settings
        self._memory = memory
        self._tell = tell
        self._name = name_of(source.identity)
        self._size: int | None = None
        self._placement: Placement | None = None
        self._measured: dict[Placement, int] = {}
        self.batch = settings.batch

    def run(self, items: Sequence[Item]) -> list[Outcome]:
        """What becomes of each item, in order; an item that fails does not fail its neighbours."""
        outcomes: list[Outcome] = []
        with reporting(self._tell()):
            while len(outcomes) < len(items):
                outcomes += self._serve(items[len(outcomes) :][: self.batch])
        return outcomes

    def _serve(self, items: Sequence[Item]) -> list[Outcome]:
        try:
            slot = self._ready()
        # Loading is foreign code. Whatever it is, each call that waits is told.
        except Exception as error:  # noqa: BLE001
            return [Outcome(error=_without_locals(error))] * len(items)
        try:
            results = self._run_model(slot.model, items)
            return [Outcome(result) for result in results]
        except Exception as error:  # noqa: BLE001
            failure = _without_locals(error)
        finally:
            self._memory(self._place.device).release(slot)
        if is_out_of_memory(failure):
            return self._with_less_memory(items)
        if needs_float32(failure) and self._place.dtype != "float32":
            self._move(self._place._replace(dtype="float32"), "it can't run in a shorter type")
            return self._serve(items)
        if len(items) == 1 or _cancelled(failure):
            return [Outcome(error=failure)] * len(items)
        return [outcome for item in items for outcome in self._serve([item])]

    def _run_model(self, model: Model[Item, Result], items: Sequence[Item]) -> Sequence[Result]:
        results = model.run(items)
        if len(results) != len(items):
            raise ModelError(
                f"{self._name} gave {len(results)} results for {len(items)} items",
                hint="this is a fault of its backend",
            )
        return results

    def _with_less_memory(self, items: Sequence[Item]) -> list[Outcome]:
        """Runs items again after memory ran out."""
        if len(items) > 1:
            self.batch = (len(items) + 1) // 2
            note(f"out of memory with {len(items)} at once: {self.batch} at once from now on")
            return self.run(items)
        if self._free() or self._to_cpu():
            return self._serve(items)
        return [Outcome(error=self._no_memory())]

    def _free(self) -> bool:
        """Takes what is not in use out of the device's memory; whether that freed anything."""
        memory = self._memory(self._place.device)
        encodings = encodings_of(memory.model(self._source.identity))
        forgotten = encodings.bytes if encodings is not None else 0
        if encodings is not None:
            encodings.clear()
        evicted = [name_of(slot.key) for slot in memory.evict_others(self._source.identity)]
        _empty_caches(self._place.device)
        if evicted:
            note(f"out of memory: took {', '.join(evicted)} out")
        elif forgotten:
            note(f"out of memory: forgot {in_words(forgotten)} of encodings")
        return bool(evicted or forgotten)

    def _to_cpu(self) -> bool:
        if self._place.device == "cpu":
            return False
        self._move(CPU, f"no memory is left on {self._place.device}")
        return True

    def _move(self, placement: Placement, reason: str) -> None:
        """From now on the model runs elsewhere, or in another type."""
        self._memory(self._place.device).evict(self._source.identity)
        _empty_caches(self._place.device)
        self._placement = placement
        note(f"{self._name} goes on in {placement.dtype} on {placement.device}: {reason}")

    @property
    def _place(self) -> Placement:
        if self._placement is None:
            # Choosing a device takes torch, which what always runs in one place does without.
            fixed: Placement | None = getattr(self._source, "placement", None)
            self._placement = fixed or placement_for(self._settings, self._estimate)
        return self._placement

    @property
    def _estimate(self) -> int:
        """Bytes in float32, as the source says; asking may fetch the checkpoint."""
        if self._size is None:
            self._size = self._source.size()
        return self._size

    def _ready(self) -> Slot:
        """The model's slot with the model in it, for this call to use.

        Raises:
            ModelError: it can't be loaded, or does not fit.
            CancelledError: every call that waits for it has been cancelled.
        """
        while True:
            memory = self._memory(self._place.device)
            slot = memory.acquire(
                self._source.identity,
                self._reservation(memory.limit),
                current_cancellation(),
                pinned=self._name in self._settings.pinned,
            )
            if slot.model is not None:
                return slot
            try:
                self._fill(slot, memory)
            except BaseException as error:
                memory.drop(slot)
                if not is_out_of_memory(error):
                    raise
                failed = True
            else:
                failed = False
            if slot.model is not None:
                return slot
            if failed and not self._free() and not self._to_cpu():
                raise self._no_memory()

    def _fill(self, slot: Slot, memory: Memory) -> None:
        """Loads the model into its slot; leaves it empty and given up where it does not fit."""
        started = time.perf_counter()
        progress = current_progress()
        progress(f"loading {self._name}")
        try:
            model = self._source.load(self._place)
        finally:
            progress("")
        size = self._measured[self._place] = self._size_of(model, slot, memory.limit)
        if not memory.resize(slot, size):
            memory.drop(slot)
            return
        slot.model = model
        seconds = time.perf_counter() - started
        note(
            f"loaded {self._name} in {seconds:.1f} s: {in_words(size)}, "
            f"{self._place.dtype} on {self._place.device}"
        )

    def _reservation(self, limit: int) -> int:
        """Bytes to reserve: what was measured once, or an estimate.

        Stored weights may be of a longer type than the model will have, so that one which is
        estimated too large may fit after all.
        """
        known = self._measured.get(self._place)
        if known is not None:
            return known
        size = self._estimate
        return size if size <= limit else scaled(size, self._place)

    def _size_of(self, model: object, slot: Slot, limit: int) -> int:
        size = measured_bytes(model) or slot.size
        encodings = encodings_of(model)
        if encodings is not None:
            encodings.limit(min(encodings.limit_bytes, max(limit - size, 0) // ENCODINGS_SHARE))
            size += encodings.limit_bytes
        return size

    def _no_memory(self) -> ModelError:
        return ModelError(
            f"there is not enough memory to run {self._name} on {self._place.device}",
            hint="name a smaller checkpoint, or let other programs end first",
        )


def _without_locals(error: Exception) -> Exception:
    """An error whose frames hold no model and no tensors any more; they still say where it was."""
    traceback.clear_frames(error.__traceback__)
    return error


def _cancelled(error: Exception) -> bool:
    return isinstance(error, CancelledError) and current_cancellation().cancelled


def _empty_caches(device: str) -> None:
    """Gives memory that torch keeps for itself back to the device."""
    if device == "cpu" or "torch" not in sys.modules:
        return
    torch: Any = importlib.import_module("torch")
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    elif device == "mps":
        torch.mps.empty_cache()
