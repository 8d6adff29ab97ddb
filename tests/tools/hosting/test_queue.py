from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from viscript import CancelledError, ModelError, ToolError
from viscript.tools.cancellation import Cancellation, cancellable
from viscript.tools.hosting.activity import Activity, serving
from viscript.tools.hosting.memory import Memory
from viscript.tools.hosting.model import Placement
from viscript.tools.hosting.queue import BatchQueue
from viscript.tools.hosting.runner import Runner
from viscript.tools.hosting.settings import HostSettings
from viscript.tools.notes import note, noting


class Gate:
    """Squares numbers; a batch with 0 in it begins, and waits until it is let go."""

    def __init__(self) -> None:
        self.identity = "gate|||"
        self.began = threading.Event()
        self.go = threading.Event()
        self.batches: list[list[int]] = []
        self.during: Callable[[], None] = lambda: None

    def size(self) -> int:
        return 1

    def load(self, placement: Placement) -> Gate:
        return self

    def run(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        if 0 in items:
            self.began.set()
            assert self.go.wait(20)
        self.during()
        if any(item < 0 for item in items):
            raise ToolError("a negative number")
        return [item * item for item in items]


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def queue(gate: Gate) -> BatchQueue[int, int]:
    memory = Memory(100)
    settings = HostSettings(device="cpu", batch=8)
    return BatchQueue(Runner(gate, settings, lambda _: memory, lambda: None))


class Caller(threading.Thread):
    """Calls a queue in a thread of its own, with a token of its own."""

    def __init__(self, queue: BatchQueue[int, int], *items: int) -> None:
        super().__init__(daemon=True)
        self.token = Cancellation()
        self.result: object = None
        self.notes: list[str] = []
        self._queue = queue
        self._items = items
        self.start()

    def run(self) -> None:
        try:
            with cancellable(self.token), noting() as self.notes:
                self.result = self._queue.run_all(self._items)
        except (ToolError, ModelError) as error:
            self.result = error

    def ended(self) -> object:
        self.join(20)
        assert not self.is_alive()
        return self.result


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(20_000):
        if condition():
            return
        threading.Event().wait(0.001)
    raise AssertionError("it did not happen")


def queued(queue: BatchQueue[int, int], count: int) -> None:
    wait_until(lambda: len(queue.waiting) == count)


def busy(queue: BatchQueue[int, int], gate: Gate) -> Caller:
    """A caller whose batch is running."""
    first = Caller(queue, 0)
    assert gate.began.wait(20)
    return first


def test_a_lone_call_is_a_batch_of_its_own(queue: BatchQueue[int, int], gate: Gate) -> None:
    assert queue.run(3) == 9
    assert gate.batches == [[3]]


def test_what_has_queued_while_the_model_was_busy_runs_together(
    queue: BatchQueue[int, int], gate: Gate
) -> None:
    first = busy(queue, gate)
    others = [Caller(queue, number) for number in (1, 2, 3, 4)]
    queued(queue, 4)
    gate.go.set()
    assert [one.ended() for one in (first, *others)] == [[0], [1], [4], [9], [16]]
    assert len(gate.batches) == 2
    assert sorted(gate.batches[1]) == [1, 2, 3, 4]


def test_a_batch_is_no_larger_than_the_limit(queue: BatchQueue[int, int], gate: Gate) -> None:
    assert queue.run_all(list(range(1, 21))) == [number**2 for number in range(1, 21)]
    assert [len(batch) for batch in gate.batches] == [8, 8, 4]


def test_a_bad_item_fails_alone(queue: BatchQueue[int, int], gate: Gate) -> None:
    first = busy(queue, gate)
    good, bad, also_good = Caller(queue, 2), Caller(queue, -1), Caller(queue, 3)
    queued(queue, 3)
    gate.go.set()
    first.ended()
    assert (good.ended(), also_good.ended()) == ([4], [9])
    assert str(bad.ended()) == "a negative number"


def test_a_call_that_is_stopped_while_it_waits_is_taken_off(
    queue: BatchQueue[int, int], gate: Gate
) -> None:
    first = busy(queue, gate)
    stopped, other = Caller(queue, 5), Caller(queue, 6)
    queued(queue, 2)
    stopped.token.cancel("enough")
    assert str(stopped.ended()) == "enough"
    queued(queue, 1)
    gate.go.set()
    assert (first.ended(), other.ended()) == ([0], [36])
    assert gate.batches == [[0], [6]]


def test_a_call_that_was_stopped_before_does_not_begin(queue: BatchQueue[int, int]) -> None:
    token = Cancellation()
    token.cancel("too late")
    with cancellable(token), pytest.raises(CancelledError, match="too late"):
        queue.run(1)


def test_who_is_stopped_does_not_stop_the_others_in_its_batch(
    queue: BatchQueue[int, int], gate: Gate
) -> None:
    first = busy(queue, gate)
    stopped, other = Caller(queue, 5), Caller(queue, 6)
    queued(queue, 2)
    gate.during = lambda: stopped.token.cancel("enough") if gate.batches[-1] != [0] else None
    gate.go.set()
    assert (first.ended(), other.ended()) == ([0], [36])
    stopped.ended()


def test_a_model_is_told_to_stop_when_all_that_wait_for_it_are(
    queue: BatchQueue[int, int], gate: Gate
) -> None:
    from viscript.tools.cancellation import current_cancellation

    told = list[bool]()
    caller = Caller(queue, 0)
    assert gate.began.wait(20)

    def look() -> None:
        told.append(current_cancellation().cancelled)
        current_cancellation().check()

    gate.during = look
    caller.token.cancel("enough")
    gate.go.set()
    assert isinstance(caller.ended(), CancelledError)
    assert told == [True]
    gate.during = lambda: None
    assert queue.run(4) == 16


def test_each_caller_of_a_batch_notes_what_its_run_noted(
    queue: BatchQueue[int, int], gate: Gate
) -> None:
    queue.run(1)
    first = busy(queue, gate)
    others = [Caller(queue, number) for number in (1, 2)]
    queued(queue, 2)
    gate.during = lambda: note(f"{len(gate.batches[-1])} together")
    gate.go.set()
    assert first.ended() == [0]
    assert [one.ended() for one in others] == [[1], [4]]
    assert [one.notes for one in (first, *others)] == [["1 together"]] + [["2 together"]] * 2


def test_a_model_can_not_call_another_while_it_runs(
    queue: BatchQueue[int, int], gate: Gate
) -> None:

    def call_again() -> None:
        queue.run(1)

    gate.during = call_again
    with pytest.raises(ModelError, match="can't call another while it runs"):
        queue.run(2)


def test_an_interrupt_in_the_thread_that_runs_a_batch_leaves_nobody_waiting(
    queue: BatchQueue[int, int], gate: Gate
) -> None:
    outcome = list[BaseException]()

    def interrupted() -> None:
        try:
            queue.run(0)
        except KeyboardInterrupt as error:
            outcome.append(error)

    def interrupt() -> None:
        gate.during = lambda: None
        raise KeyboardInterrupt

    gate.during = interrupt
    thread = threading.Thread(target=interrupted, daemon=True)
    thread.start()
    assert gate.began.wait(20)
    other = Caller(queue, 3)
    queued(queue, 1)
    gate.go.set()
    thread.join(20)
    assert len(outcome) == 1
    assert other.ended() == [9]


def test_a_batch_waits_for_a_call_that_is_on_its_way(
    queue: BatchQueue[int, int], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viscript.tools.hosting.queue.LONGEST_WAIT", 20.0)
    monkeypatch.setattr("viscript.tools.hosting.queue.WAIT_SHARE", 1e9)
    activity = Activity()
    queue.serves(activity)
    queue.run(9)

    def call(item: int) -> None:
        with serving(activity):
            both_began.wait(20)
            results.append(queue.run(item))

    both_began, results = threading.Barrier(2), list[int]()
    threads = [threading.Thread(target=call, args=(item,)) for item in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == [1, 4]
    assert sorted(gate.batches[-1]) == [1, 2]
    assert activity.coming == 0


def test_a_lone_call_of_a_backend_waits_for_nobody(
    queue: BatchQueue[int, int], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viscript.tools.hosting.queue.LONGEST_WAIT", 1000.0)
    monkeypatch.setattr("viscript.tools.hosting.queue.WAIT_SHARE", 1e9)
    activity = Activity()
    queue.serves(activity)
    for number in (1, 2):
        with serving(activity):
            assert queue.run(number) == number**2
