"""Models of known size that compute something that can be checked."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from viscript import ToolError
from viscript.tools.hosting.model import Placement


class Ledger:
    """The bytes of all models that exist, and how often each was loaded."""

    def __init__(self) -> None:
        self.live = 0
        self.peak = 0
        self.loads: list[str] = []
        self.batches: list[int] = []
        self._lock = threading.Lock()

    def add(self, size: int) -> None:
        with self._lock:
            self.live += size
            self.peak = max(self.peak, self.live)


class Scaler:
    """Multiplies numbers by the first of its weights; refuses negative ones."""

    def __init__(self, factor: int, size: int, ledger: Ledger) -> None:
        self.weights = np.full(size // 8, factor, np.int64)
        self._ledger = ledger
        ledger.add(size)
        weakref.finalize(self, ledger.add, -size)

    def run(self, items: Sequence[int]) -> list[int]:
        self._ledger.batches.append(len(items))
        if any(item < 0 for item in items):
            raise ToolError(f"one of {list(items)} is negative")
        return [int(self.weights[0]) * item for item in items]


class ScalerSource:
    """A scaler that takes `size` bytes, and says that it takes `estimate`."""

    def __init__(
        self,
        factor: int,
        size: int,
        ledger: Ledger,
        *,
        estimate: int | None = None,
        before: Callable[[Placement], None] | None = None,
    ) -> None:
        self.identity = f"scaler|by-{factor}||"
        self._factor = factor
        self._bytes = size
        self._ledger = ledger
        self._estimate = size if estimate is None else estimate
        self._before = before

    def size(self) -> int:
        return self._estimate

    def load(self, placement: Placement) -> Scaler:
        if self._before is not None:
            self._before(placement)
        self._ledger.loads.append(self.identity)
        return Scaler(self._factor, self._bytes, self._ledger)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


Scalers = Callable[..., ScalerSource]


@pytest.fixture
def scaler(ledger: Ledger) -> Scalers:
    """Makes the source of a model that multiplies by a factor and takes some bytes."""

    def make(factor: int, size: int = 800, **settings: object) -> ScalerSource:
        return ScalerSource(factor, size, ledger, **settings)  # pyright: ignore[reportArgumentType]

    return make
