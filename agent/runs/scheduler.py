"""`Scheduler`: runs the tool calls of one program, independent ones at the same time.

The interpreter calls `start` in the order of the program and gets a value, or a future of one.
A step that needs another's result waits for it without holding a worker. The supervisor (see
`supervisor.py`) watches `open` calls and abandons those that pass their time limit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, cast

from ...tools.cancellation import Cancellation
from ...tools.contract import Contract
from ...tools.errors import CancelledError, ToolError, ViscriptError
from ...tools.notes import noting
from ...tools.toolbox import Invocation
from .step import Step, StepError
from .workers import Workers

Value = Future[Any] | object


class Invoker(Protocol):
    """The part of a toolbox that steps need."""

    def invoke(
        self,
        name: str,
        arguments: Mapping[str, object],
        *,
        cancellation: Cancellation | None = None,
    ) -> Invocation:
        """Calls a tool in this thread."""
        ...

    def backend_name(self, name: str) -> str:
        """What serves a tool."""
        ...


@dataclass(slots=True, eq=False)
class Call:
    """A step that has been started and has not ended.

    Args:
        needed: the futures among the arguments.
        future: of its result; None for a call that runs inside `start`.
        token: tells the tool to stop.
        began: when a thread took it up, on the monotonic clock; 0 until then.
        settled: its outcome is decided; a later one is dropped.
    """

    number: int
    contract: Contract
    arguments: Mapping[str, Value]
    line: int
    needed: Sequence[Future[Any]]
    future: Future[Any] | None = None
    token: Cancellation = field(default_factory=Cancellation)
    began: float = 0.0
    missing: int = 0
    settled: bool = False


class Scheduler:
    """The steps of one run.

    Args:
        tools: calls the tools.
        workers: how many steps run at the same time.
        on_start: told when a step begins, in the thread that runs it.
        on_end: told when a step has ended, before anything that needs its result goes on.
        wake: called when the supervisor has something to look at.
    """

    def __init__(
        self,
        tools: Invoker,
        workers: int,
        on_start: Callable[[Call], None],
        on_end: Callable[[Step], None],
        wake: Callable[[], None],
    ) -> None:
        self._tools = tools
        self._workers = Workers(workers)
        self._on_start = on_start
        self._on_end = on_end
        self._wake = wake
        self._count = 0
        self._lock = threading.Lock()
        self._steps: list[Step] = []
        self._refusal: ViscriptError | None = None
        self.open: dict[int, Call] = {}
        self.failures: dict[int, ViscriptError] = {}

    @property
    def steps(self) -> list[Step]:
        """The steps that ended so far, in the program's order."""
        return sorted(self._steps, key=lambda step: step.number)

    def start(self, contract: Contract, arguments: Mapping[str, Value], line: int) -> Value:
        """Starts a step. Cheap tools run at once, in this thread; see `runs_inline`.

        Raises:
            ViscriptError: the step failed at once, or an earlier one has failed.
        """
        self._raise_earlier_failure()
        self._count += 1
        call = Call(self._count, contract, arguments, line, futures_in(arguments.values()))
        missing = [one for one in call.needed if not one.done()]
        if not missing and runs_inline(contract):
            self.open[call.number] = call
            return self._run(call)
        call.future = Future()
        # From the start, so that only the supervisor can end a step, and not `Future.cancel`.
        call.future.set_running_or_notify_cancel()
        with self._lock:
            self._raise_earlier_failure()
            self.open[call.number] = call
            call.missing = len(missing)
        for one in missing:
            one.add_done_callback(partial(self._have_one_more, call))
        if not missing:
            self._workers.submit(partial(self._run_quietly, call))
        return call.future

    def abandon(self, call: Call, error: CancelledError, *, at_fault: bool = False) -> None:
        """Ends a call whatever its tool is doing; the tool is told, and its result is dropped.

        Args:
            call: an open call.
            error: what it ends with.
            at_fault: the run fails because of this call.
        """
        call.token.cancel(error.message)
        if not self._settle(call):
            return
        if call.began and call.future is not None:
            self._workers.replace_one()
        self._end(call, error=error, at_fault=at_fault)

    @property
    def failure(self) -> ViscriptError | None:
        """The error of the program's first failed step."""
        return self.failures[min(self.failures)] if self.failures else None

    def refuse(self, error: ViscriptError) -> None:
        """From now on, `start` raises `error`, unless a step has failed."""
        with self._lock:
            self._refusal = self._refusal or error

    def close(self) -> None:
        """Lets the workers end; after `refuse`."""
        self._workers.close()

    def _raise_earlier_failure(self) -> None:
        error = self.failure or self._refusal
        if error is not None:
            raise error

    def _have_one_more(self, call: Call, _: Future[Any]) -> None:
        """Queues a call once the last result that it needs is there."""
        with self._lock:
            call.missing -= 1
            ready = call.missing == 0
        if ready:
            self._workers.submit(partial(self._run_quietly, call))

    def _run_quietly(self, call: Call) -> None:
        """Runs a call in a worker: its future tells what became of it."""
        if call.settled:
            return
        try:
            self._run(call)
        except ViscriptError:
            return

    def _run(self, call: Call) -> object:
        """Runs a call in this thread, ends it, and returns its result.

        Raises:
            ViscriptError: it failed, or was abandoned meanwhile.
        """
        name = call.contract.name
        if call.needed:
            try:
                call.arguments = {key: resolved(one) for key, one in call.arguments.items()}
            except ViscriptError as error:
                # A step that it needed failed, so it never began: that is the error to see.
                if self._settle(call):
                    self._release(call, None, error)
                raise
        call.began = time.monotonic()
        self._on_start(call)
        # What a step said before it failed is in no result: it is kept beside the error.
        notes: Sequence[str] = ()
        try:
            with noting() as notes:
                made = self._tools.invoke(name, call.arguments, cancellation=call.token)
        # The edge between foreign code and the run: a tool may even call sys.exit().
        except BaseException as error:  # noqa: BLE001
            failure = _as_failure(error, f"{name} failed")
        else:
            if not self._settle(call):
                raise CancelledError(f"{name} ended after the run had gone on without it")
            unwritten = self._end(call, made=made)
            if unwritten is not None:
                raise unwritten
            return made.value
        if self._settle(call):
            self._end(call, error=failure, notes=notes)
        raise failure

    def _settle(self, call: Call) -> bool:
        """Whether the caller is the one that decides the outcome of a call."""
        with self._lock:
            mine = not call.settled
            call.settled = True
        return mine

    def _end(
        self,
        call: Call,
        *,
        made: Invocation | None = None,
        error: ViscriptError | None = None,
        at_fault: bool = True,
        notes: Sequence[str] = (),
    ) -> ViscriptError | None:
        """Notes a step that ran, then passes its outcome on; returns the error that it ends with.

        A step that can't be written down fails, whatever its tool made.
        """
        if call.began:
            step = self._step(call, made, error, notes)
            self._steps.append(step)
            try:
                self._on_end(step)
            # Whatever it is, the step must end, or the run would wait for it for ever.
            except Exception as unwritten:  # noqa: BLE001
                name = f"{call.contract.name} can't be written down"
                error, at_fault = error or _as_failure(unwritten, name), True
            if error is not None and at_fault:
                self.failures[call.number] = error
        self._release(call, None if made is None else made.value, error)
        return error

    def _step(
        self,
        call: Call,
        made: Invocation | None,
        error: ViscriptError | None,
        notes: Sequence[str],
    ) -> Step:
        name = call.contract.name
        return Step(
            number=call.number,
            tool=name,
            line=call.line,
            arguments=call.arguments,
            result=None if made is None else made.value,
            seconds=time.monotonic() - call.began if made is None else made.seconds,
            cached=made is not None and made.cached,
            key="" if made is None else made.key,
            backend=self._tools.backend_name(name),
            error=None if error is None else StepError.of(error),
            notes=tuple(notes) if made is None else made.notes,
        )

    def _release(self, call: Call, value: object, error: ViscriptError | None) -> None:
        """Gives a call's outcome to what waits for it, and takes the call off the open ones."""
        if call.future is None:
            del self.open[call.number]
            return
        if error is not None:
            call.future.set_exception(error)
        else:
            call.future.set_result(value)
        del self.open[call.number]
        self._wake()


def _as_failure(error: BaseException, what: str) -> ViscriptError:
    """`error`, or what to tell people about one that nobody raised on purpose."""
    if isinstance(error, ViscriptError):
        return error
    failure = ToolError(
        f"{what}: {type(error).__name__}: {error}",
        hint="this is a fault of the tool; --debug shows where it failed",
    )
    failure.__cause__ = error
    return failure


def runs_inline(contract: Contract) -> bool:
    """Whether a tool is so cheap that a thread would cost more than it does."""
    traits = contract.traits
    return not (traits.backend or traits.reads_pixels or traits.writes_image)


def futures_in(values: Iterable[Any]) -> list[Future[Any]]:
    """The futures among some values, in lists too."""
    found: list[Future[Any]] = []
    for value in values:
        if isinstance(value, Future):
            found.append(cast("Future[Any]", value))
        elif isinstance(value, (list, tuple)):
            found += futures_in(cast("Sequence[Any]", value))
    return found


def resolved(value: object) -> object:
    """`value` with the results of the finished futures in it.

    Raises:
        ViscriptError: one of them failed.
    """
    if isinstance(value, Future):
        return resolved(cast("Future[Any]", value).result())
    if isinstance(value, list):
        return [resolved(one) for one in cast("list[object]", value)]
    return value
