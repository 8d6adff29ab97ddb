from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from viscript import ModelError, ToolError
from viscript.tools.cancellation import Cancellation
from viscript.tools.hosting.encodings import Encodings
from viscript.tools.hosting.memory import Memory
from viscript.tools.hosting.model import Placement
from viscript.tools.hosting.runner import Runner
from viscript.tools.hosting.settings import HostSettings
from viscript.tools.notes import noting

from .conftest import Ledger, Scalers

CPU = HostSettings(device="cpu", batch=8)


class Network:
    """A torch model that adds its weights to numbers; `trouble` may raise before it does."""

    def __init__(self, placement: Placement, trouble: Callable[[Placement, int], None]) -> None:
        self.placement = placement
        self.layer = torch.nn.Linear(4, 4, dtype=getattr(torch, placement.dtype))
        self.encodings = Encodings[np.ndarray](400)
        self._trouble = trouble

    def run(self, items: Sequence[int]) -> list[tuple[int, str]]:
        self._trouble(self.placement, len(items))
        return [(item, self.placement.device) for item in items]


class Source:
    """The source of a network that is never really on an accelerator."""

    identity = "tiny|network||"

    def __init__(
        self,
        trouble: Callable[[Placement, int], None],
        loading: Callable[[Placement], None] = lambda _: None,
    ) -> None:
        self._trouble = trouble
        self._loading = loading
        self.placements: list[Placement] = []

    def size(self) -> int:
        return 100

    def load(self, placement: Placement) -> Network:
        self.placements.append(placement)
        self._loading(placement)
        return Network(placement, self._trouble)


def no_trouble(placement: Placement, count: int) -> None:
    """All goes well."""


def take_all_memory(placement: Placement, count: int) -> None:
    """What torch raises on a CPU without memory."""
    torch.empty(2**60, dtype=torch.uint8)


def run(runner: Runner[Any, Any], items: Sequence[int]) -> tuple[list[Any], list[str]]:
    with noting() as notes:
        outcomes = runner.run(items)
    return [one.error or one.result for one in outcomes], notes


@pytest.fixture
def memories() -> dict[str, Memory]:
    return {name: Memory(1000) for name in ("cpu", "cuda")}


@pytest.fixture
def on_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models are placed as if there were a GPU."""
    placed = Placement("cuda", "bfloat16")

    def place(settings: HostSettings, size: int) -> Placement:
        return placed

    monkeypatch.setattr("viscript.tools.hosting.runner.placement_for", place)


def make(
    source: Any, memories: dict[str, Memory], settings: HostSettings = CPU
) -> Runner[Any, Any]:
    return Runner(source, settings, memories.__getitem__, lambda: None)


def test_loading_is_noted_with_size_and_place(memories: dict[str, Memory]) -> None:
    results, (note,) = run(make(Source(no_trouble), memories), [1, 2])
    assert results == [(1, "cpu"), (2, "cpu")]
    assert note.startswith("loaded network in ")
    assert note.endswith("310 B, float32 on cpu")


def test_the_measured_size_and_the_limit_of_encodings_replace_the_estimate(
    memories: dict[str, Memory],
) -> None:
    run(make(Source(no_trouble), memories), [1])
    (slot,) = memories["cpu"].slots
    weights = (4 * 4 + 4) * 4
    assert slot.model.encodings.limit_bytes == (1000 - weights) // 4 == 230
    assert slot.size == memories["cpu"].used == weights + 230


def test_a_model_whose_real_size_is_above_the_budget_is_refused_and_not_kept(
    scaler: Scalers, ledger: Ledger, memories: dict[str, Memory]
) -> None:
    results, _ = run(make(scaler(2, 4000, estimate=10), memories), [1, 2])
    assert [type(one) for one in results] == [ModelError, ModelError]
    assert "takes 4.0 kB, more than the memory budget of 1.0 kB" in str(results[0])
    assert (memories["cpu"].used, ledger.live) == (0, 0)


def test_a_model_that_turns_out_too_large_for_now_waits_for_its_room(
    scaler: Scalers, ledger: Ledger, memories: dict[str, Memory]
) -> None:
    import threading

    memory = memories["cpu"]
    other = memory.acquire("other", 400, Cancellation())
    found: list[Any] = []
    runner = make(scaler(2, 800, estimate=100), memories)
    thread = threading.Thread(target=lambda: found.extend(run(runner, [4])[0]))
    thread.start()
    while not memory.waiting:
        threading.Event().wait(0.001)
    assert ledger.live == 0
    memory.release(other)
    thread.join(20)
    assert found == [8]
    assert memory.used == 800


def test_an_estimate_above_the_budget_does_not_refuse_a_model_that_fits_in_its_type(
    memories: dict[str, Memory], on_cuda: None
) -> None:
    source = Source(no_trouble)
    source.size = lambda: 1500
    results, _ = run(make(source, memories), [1])
    assert results == [(1, "cuda")]


def test_out_of_memory_halves_the_batch_and_keeps_it_so(memories: dict[str, Memory]) -> None:
    sizes: list[int] = []

    def trouble(placement: Placement, count: int) -> None:
        sizes.append(count)
        if count > 2:
            take_all_memory(placement, count)

    runner = make(Source(trouble), memories)
    results, notes = run(runner, [1, 2, 3, 4, 5, 6])
    assert [result[0] for result in results] == [1, 2, 3, 4, 5, 6]
    assert sizes == [6, 3, 2, 1, 2, 1]
    assert notes[1:] == [
        "out of memory with 6 at once: 3 at once from now on",
        "out of memory with 3 at once: 2 at once from now on",
    ]
    sizes.clear()
    run(runner, [1, 2, 3])
    assert sizes == [2, 1]


def test_then_the_other_models_go(memories: dict[str, Memory]) -> None:
    memory = memories["cpu"]

    def trouble(placement: Placement, count: int) -> None:
        if any(slot.key == "sam|big||" for slot in memory.slots):
            take_all_memory(placement, count)

    runner = make(Source(trouble), memories)
    memory.release(memory.acquire("sam|big||", 300, Cancellation()))
    results, notes = run(runner, [1])
    assert results == [(1, "cpu")]
    assert notes[1:] == ["out of memory: took big out"]


def test_then_the_encodings_go(memories: dict[str, Memory]) -> None:
    source = Source(no_trouble)
    runner = make(source, memories)
    run(runner, [1])
    encodings = memories["cpu"].slots[0].model.encodings
    encodings.get_or("a", lambda: np.zeros(20, np.uint8))

    def trouble(placement: Placement, count: int) -> None:
        if len(encodings):
            take_all_memory(placement, count)

    memories["cpu"].slots[0].model._trouble = trouble  # pyright: ignore[reportPrivateUsage]
    results, notes = run(runner, [1])
    assert results == [(1, "cpu")]
    (note,) = notes
    assert re.fullmatch(r"out of memory: forgot 2\d\d B of encodings", note)


def test_then_the_cpu_takes_over(memories: dict[str, Memory], on_cuda: None) -> None:
    def trouble(placement: Placement, _: int) -> None:
        if placement.device == "cuda":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")

    source = Source(trouble)
    runner = make(source, memories)
    results, notes = run(runner, [1, 2])
    assert results == [(1, "cpu"), (2, "cpu")]
    assert notes[1] == "out of memory with 2 at once: 1 at once from now on"
    assert notes[2] == "network goes on in float32 on cpu: no memory is left on cuda"
    assert (memories["cuda"].used, len(memories["cpu"].slots)) == (0, 1)
    assert run(runner, [3])[0] == [(3, "cpu")]
    assert source.placements == [Placement("cuda", "bfloat16"), Placement("cpu", "float32")]


def test_a_model_that_can_not_be_loaded_for_want_of_memory_goes_to_the_cpu(
    memories: dict[str, Memory], on_cuda: None
) -> None:
    def loading(placement: Placement) -> None:
        if placement.device == "cuda":
            raise torch.OutOfMemoryError("CUDA out of memory.")

    results, notes = run(make(Source(no_trouble, loading), memories), [1])
    assert results == [(1, "cpu")]
    assert "no memory is left on cuda" in notes[0]


def test_without_memory_anywhere_one_line_says_so(memories: dict[str, Memory]) -> None:
    results, _ = run(make(Source(take_all_memory), memories), [1])
    assert str(results[0]) == (
        "there is not enough memory to run network on cpu "
        "(name a smaller checkpoint, or let other programs end first)"
    )


def test_an_operation_that_has_no_shorter_type_runs_in_float32(
    memories: dict[str, Memory], on_cuda: None
) -> None:
    def trouble(placement: Placement, _: int) -> None:
        if placement.dtype == "bfloat16":
            raise RuntimeError("\"grid_sampler_2d_cpu\" not implemented for 'BFloat16'")

    source = Source(trouble)
    results, notes = run(make(source, memories), [1, 2])
    assert results == [(1, "cuda"), (2, "cuda")]
    assert source.placements[-1] == Placement("cuda", "float32")
    assert "network goes on in float32 on cuda: it can't run in a shorter type" in notes


def test_a_failed_load_is_told_to_each_call_and_tried_again_by_the_next(
    scaler: Scalers, memories: dict[str, Memory]
) -> None:
    broken = [True]

    def before(_: Placement) -> None:
        if broken.pop():
            raise ModelError("the checkpoint is damaged")

    runner = make(scaler(3, before=before), memories)
    results, _ = run(runner, [1, 2])
    assert [str(one) for one in results] == ["the checkpoint is damaged"] * 2
    broken.append(False)
    assert run(runner, [1, 2])[0] == [3, 6]


def test_a_pinned_model_is_known_by_its_checkpoint(
    scaler: Scalers, memories: dict[str, Memory]
) -> None:
    run(make(scaler(2), memories, HostSettings(device="cpu", pinned=("by-2",))), [1])
    assert memories["cpu"].slots[0].pinned


def test_a_model_that_loses_a_result_is_found_out(memories: dict[str, Memory]) -> None:
    source = Source(no_trouble)
    runner = make(source, memories)
    run(runner, [1])

    def lose_one(items: Sequence[int]) -> Sequence[int]:
        return items[:-1]

    memories["cpu"].slots[0].model.run = lose_one
    (result,), _ = run(runner, [1])
    assert "gave 0 results for 1 items" in str(result)


def test_a_failed_call_keeps_no_model_alive(
    scaler: Scalers, ledger: Ledger, memories: dict[str, Memory]
) -> None:
    results, _ = run(make(scaler(2), memories), [-1])
    assert isinstance(results[0], ToolError)
    memories["cpu"].evict("scaler|by-2||")
    assert ledger.live == 0
