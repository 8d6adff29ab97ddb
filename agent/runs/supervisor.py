"""Watching over a run: time limits, cancellation, and what happens when a step fails.

The interpreter runs in a thread of its own, so that whatever a tool does, this thread can go on
without it. `supervise` is called in the caller's thread, where it also delivers the events.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from ...tools.cancellation import Cancellation
from ...tools.errors import CancelledError, ProgramError, ViscriptError
from .events import Event, StepEnded, StepStarted
from .scheduler import Call, Invoker, Scheduler
from .step import Step

T = TypeVar("T")

PARTING_SECONDS = 0.2
"""How long a stopped interpreter may take to end before its thread is left alone."""

_GRACE_SECONDS = 0.25
"""The interpreter ends at its own deadline, and says where; only a tool that holds it is late."""

_LONGEST_WAIT = 3600.0


@dataclass(slots=True)
class Outcome(Generic[T]):
    """What the interpreter left: a value, an error, or a crash, which is viscript's own fault."""

    value: T | None = None
    error: ViscriptError | None = None
    crash: BaseException | None = None
    done: bool = False


class Supervisor:
    """Waits for a run, and ends what takes too long.

    Args:
        tools: calls the tools.
        workers: how many steps run at the same time.
        step_seconds: how long a step may take.
        note: writes a step down, before anything that needs its result goes on.
        cancellation: the caller's request to stop.
        on_event: told of steps, in the thread that calls `run`.
    """

    def __init__(
        self,
        tools: Invoker,
        *,
        workers: int,
        step_seconds: float,
        note: Callable[[Step], None],
        cancellation: Cancellation,
        on_event: Callable[[Event], None] | None,
    ) -> None:
        self._step_seconds = step_seconds
        self._note = note
        self._cancellation = cancellation
        self._on_event = on_event
        self._mail: SimpleQueue[Event | None] = SimpleQueue()
        self._stopped: CancelledError | None = None
        self._deadline = math.inf
        self.stop = Cancellation()
        self.scheduler = Scheduler(tools, workers, self._started, self._ended, self._wake)

    def run(self, interpret: Callable[[], T], seconds: float = math.inf) -> T:
        """Runs the interpreter and all its steps, and returns what it returned.

        When steps fail, the error is that of the first one in the program, whichever was first on
        the clock: steps before it are waited for, steps after it are abandoned.

        Args:
            interpret: runs the program; it calls `scheduler.start` and looks at `stop`.
            seconds: how long all of it may take.

        Raises:
            ViscriptError: a step or the program failed, or the run was cancelled.
        """
        outcome: Outcome[T] = Outcome()
        thread = threading.Thread(
            target=self._interpret, args=(interpret, outcome), name="viscript-run", daemon=True
        )
        self._deadline = time.monotonic() + seconds + _GRACE_SECONDS
        try:
            with self._cancellation.calling(self._wake):
                thread.start()
                while not self._over(outcome):
                    self._wait()
                    self._enforce()
            error = self._error(outcome)
        finally:
            self._end(thread)
        if error is not None:
            raise error
        return outcome.value  # pyright: ignore[reportReturnType]

    def _interpret(self, interpret: Callable[[], T], outcome: Outcome[T]) -> None:
        try:
            outcome.value = interpret()
        except ViscriptError as error:
            outcome.error = error
        # The thread's edge: raised again by `run`.
        except BaseException as crash:  # noqa: BLE001
            outcome.crash = crash
        outcome.done = True
        self._wake()

    def _over(self, outcome: Outcome[T]) -> bool:
        """Whether nothing that could still happen would change the outcome."""
        decided = outcome.done or self._stopped is not None or self.scheduler.failure is not None
        return decided and not self.scheduler.open

    def _error(self, outcome: Outcome[T]) -> BaseException | None:
        """What the run ends with: the failed step, the program's failure, or a stop."""
        if self.scheduler.failure is not None:
            return self.scheduler.failure
        if isinstance(outcome.error, ProgramError):
            return outcome.error
        return self._stopped or outcome.error or outcome.crash

    def _wait(self) -> None:
        """Waits until there is mail, or until a step may have passed its limit.

        Steps that begin while this waits reach their limits later than it wakes up.
        """
        now = time.monotonic()
        began = min((call.began for call in self._running()), default=now)
        deadline = self._deadline if self._stopped is None else math.inf
        moment = min(began + self._step_seconds, deadline)
        try:
            event = self._mail.get(timeout=min(max(moment - now, 0.0), _LONGEST_WAIT))
        except Empty:
            return
        self._tell(event)

    def _running(self) -> list[Call]:
        """The steps whose tool is at work; one that is being written down is not to be stopped."""
        calls = list(self.scheduler.open.values())
        return [call for call in calls if call.began and not call.settled]

    def _enforce(self) -> None:
        """Abandons the steps that must not go on."""
        now = time.monotonic()
        if self._cancellation.cancelled:
            self._stop_all(_request_to_stop(self._cancellation))
        elif now >= self._deadline:
            self._stop_all(CancelledError("the run took too long", hint="give it more time"))
        for call in self._running():
            if now - call.began >= self._step_seconds:
                message = f"{call.contract.name} took longer than {self._step_seconds:g} s"
                error = CancelledError(message, hint="allow a step more time")
                self.scheduler.abandon(call, error, at_fault=True)
        if self.scheduler.failures:
            first = min(self.scheduler.failures)
            reason = CancelledError(f"given up because step {first} failed")
            for call in list(self.scheduler.open.values()):
                if call.number > first:
                    self.scheduler.abandon(call, reason)

    def _stop_all(self, error: CancelledError) -> None:
        self._stopped = self._stopped or error
        self.scheduler.refuse(self._stopped)
        self.stop.cancel(error.message)
        for call in list(self.scheduler.open.values()):
            self.scheduler.abandon(call, self._stopped)

    def _end(self, thread: threading.Thread) -> None:
        """Stops whatever still goes on, and delivers the events that are left."""
        self._stop_all(CancelledError("the run has ended"))
        self.scheduler.close()
        thread.join(PARTING_SECONDS)
        while not self._mail.empty():
            self._tell(self._mail.get())

    def _tell(self, event: Event | None) -> None:
        """Tells the observer; one that fails is told nothing more."""
        if event is None or self._on_event is None:
            return
        try:
            self._on_event(event)
        except BaseException:
            self._on_event = None
            raise

    def _started(self, call: Call) -> None:
        if self._on_event is not None:
            self._mail.put(StepStarted(call.number, call.contract.name, call.line))

    def _ended(self, step: Step) -> None:
        self._note(step)
        if self._on_event is not None:
            self._mail.put(StepEnded(step))

    def _wake(self) -> None:
        self._mail.put(None)


def _request_to_stop(cancellation: Cancellation) -> CancelledError:
    try:
        cancellation.check()
    except CancelledError as error:
        return error
    return CancelledError("the run was stopped")
