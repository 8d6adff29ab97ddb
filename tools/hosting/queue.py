"""`BatchQueue`: the calls that wait for one model, gathered into batches.

There is no thread of its own: of the threads that wait, one runs the next batch for all of them.
While it runs, others queue, and the next batch takes what has queued. A lone call never waits.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from contextvars import Context, ContextVar
from typing import Any, Generic, TypeVar, cast

from ..cancellation import Cancellation, cancellable, current_cancellation
from ..errors import ModelError
from ..notes import note, noting
from .activity import Activity, current_call
from .runner import Outcome, Runner

Item = TypeVar("Item")
Result = TypeVar("Result")

LONGEST_WAIT = 0.02
"""Seconds that a batch waits at most for calls that are known to be coming."""

WAIT_SHARE = 0.1
"""It waits for no longer than this part of what the last batch took."""

_inside: ContextVar[bool] = ContextVar("viscript_inside_model", default=False)


class _Call:
    """One item that waits, and what became of it."""

    __slots__ = ("item", "notes", "outcome", "token")

    def __init__(self, item: Any, token: Cancellation) -> None:
        self.item = item
        self.token = token
        self.outcome: Outcome | None = None
        self.notes: Sequence[str] = ()


class BatchQueue(Generic[Item, Result]):
    """A model that the host keeps, loaded or not; safe for threads.

    Args:
        runner: runs the model.
    """

    def __init__(self, runner: Runner[Item, Result]) -> None:
        self._runner = runner
        self._waiting: deque[_Call] = deque()
        self._batch: list[_Call] = []
        self._token = Cancellation()
        self._busy = False
        self._seconds = 0.0
        self._activities: set[Activity] = set()
        self._changed = threading.Condition()

    @property
    def waiting(self) -> list[Item]:
        """The items that no batch has taken yet, the first one first."""
        with self._changed:
            return [call.item for call in self._waiting]

    def serves(self, activity: Activity) -> None:
        """Calls of a backend come to this model."""
        with self._changed:
            self._activities.add(activity)

    def run(self, item: Item) -> Result:
        """The result for one item, computed together with those that wait beside it.

        Raises:
            ModelError: the model can't be loaded.
            ToolError: the item can't be served, or the call was cancelled.
        """
        return self.run_all([item])[0]

    def run_all(self, items: Sequence[Item]) -> list[Result]:
        """The results of several items, in order; the error of the first that failed."""
        if _inside.get():
            # It would wait for a memory that it holds itself.
            raise ModelError(
                "a model can't call another while it runs",
                hint="call both from the method of the backend",
            )
        token = current_cancellation()
        token.check()
        calls = [_Call(item, token) for item in items]
        with token.calling(self._wake):
            with self._changed:
                self._waiting.extend(calls)
                call = current_call()
                if call is not None:
                    call.arrive()
                if self._busy:
                    self._changed.notify_all()
            try:
                while self._take_turn(calls, token):
                    self._run_batch()
            finally:
                self._leave(calls)
        for text in dict.fromkeys(text for call in calls for text in call.notes):
            note(text)
        return [cast("Result", _result_of(call)) for call in calls]

    def _take_turn(self, calls: Sequence[_Call], token: Cancellation) -> bool:
        """Waits until the caller's items are done, or it is its turn to run the next batch.

        Raises:
            CancelledError: the caller was told to stop.
        """
        with self._changed:
            while True:
                if all(call.outcome is not None for call in calls):
                    return False
                token.check()
                if self._busy:
                    self._changed.wait()
                elif self._take_batch():
                    return True

    def _take_batch(self) -> bool:
        """Takes the next items for the caller to run; whether there are any."""
        self._busy = True
        try:
            self._await_others()
            ready = [call for call in self._waiting if not call.token.cancelled]
            self._batch = ready[: max(self._runner.batch, 1)]
            taken = set(self._batch)
            self._waiting = deque(call for call in self._waiting if call not in taken)
            self._token = Cancellation()
        except BaseException:
            self._busy = False
            raise
        self._busy = bool(self._batch)
        return self._busy

    def _await_others(self) -> None:
        """Lets calls queue that are on their way to the model: they cost less together."""
        deadline = time.monotonic() + min(LONGEST_WAIT, self._seconds * WAIT_SHARE)
        while len(self._waiting) < self._runner.batch:
            left = deadline - time.monotonic()
            if left <= 0 or not any(one.coming > 0 for one in self._activities):
                return
            self._changed.wait(left)

    def _run_batch(self) -> None:
        """Runs the batch that was taken, for all who wait for it, and gives up the turn."""
        batch, started = self._batch, time.monotonic()
        outcomes: list[Outcome] = []
        notes: list[str] = []
        try:
            items = [call.item for call in batch]
            # Not in the context of this caller: its token and notes are not those of the others.
            outcomes, notes = Context().run(_run, self._runner, items, self._token)
        finally:
            # After an interrupt in this thread, the others must not wait for ever.
            lost = Outcome(error=ModelError("the thread that ran this model was interrupted"))
            with self._changed:
                for index, call in enumerate(batch):
                    call.notes = notes
                    call.outcome = outcomes[index] if index < len(outcomes) else lost
                self._batch = []
                self._busy = False
                self._seconds = time.monotonic() - started
                self._changed.notify_all()

    def _leave(self, calls: Sequence[_Call]) -> None:
        """Takes calls that are still queued off; whoever stays behind them goes on."""
        if all(call.outcome is not None for call in calls):
            return
        with self._changed:
            mine = set(calls)
            self._waiting = deque(call for call in self._waiting if call not in mine)
            self._changed.notify_all()

    def _wake(self) -> None:
        """Somebody was told to stop: if that is everyone in the batch, the batch stops too."""
        with self._changed:
            token = self._token
            alone = bool(self._batch) and all(call.token.cancelled for call in self._batch)
            self._changed.notify_all()
        if alone:
            token.cancel("every call that waited for this batch was stopped")


def _run(
    runner: Runner[Any, Any], items: list[Any], token: Cancellation
) -> tuple[list[Outcome], list[str]]:
    _inside.set(True)
    with cancellable(token), noting() as notes:
        return runner.run(items), notes


def _result_of(call: _Call) -> object:
    if call.outcome is None or call.outcome.error is not None:
        raise call.outcome.error if call.outcome and call.outcome.error else ModelError("lost")
    return call.outcome.result
