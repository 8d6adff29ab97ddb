"""Calling a planner so that a request to stop is heard while the planner says nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from queue import SimpleQueue

from ...tools.cancellation import Cancellation, cancellable
from ..planners.planner import Plan, Planner, Task


def planned(
    planner: Planner, task: Task, cancellation: Cancellation, hear: Callable[[str], None]
) -> Plan:
    """What a planner writes for a task.

    A chat model may be silent for minutes, and what waits for a server can't be interrupted. So it
    is called in a thread of its own, which is left alone when the person asks to stop: a daemon,
    so that the process may end. A planner that `works_here` is called in this thread: it comes to
    its next token soon, and no process may end in the middle of its native code.

    Args:
        planner: writes the program.
        task: what it is asked for.
        cancellation: the person's request to stop.
        hear: told each token, in this thread.

    Raises:
        ModelError: the planner can't be reached or loaded.
        NoProgramError: what came back holds no program.
        CancelledError: the person asked to stop.
    """
    if getattr(planner, "works_here", False):
        with cancellable(cancellation):
            return planner.plan(task, _checked(cancellation, hear))
    # None says that there is something to look at. A queue, since a signal handler may put it.
    heard: SimpleQueue[str | None] = SimpleQueue()
    outcome: Future[Plan] = Future()

    def work() -> None:
        try:
            with cancellable(cancellation):
                outcome.set_result(planner.plan(task, _checked(cancellation, heard.put)))
        # The thread's edge: raised again below.
        except BaseException as error:  # noqa: BLE001
            outcome.set_exception(error)
        heard.put(None)

    context = copy_context()
    threading.Thread(target=context.run, args=(work,), name="viscript-planner", daemon=True).start()
    with cancellation.calling(lambda: heard.put(None)):
        while (token := heard.get()) is not None:
            cancellation.check()
            hear(token)
    if not outcome.done():
        cancellation.check()
    return outcome.result()


def _checked(cancellation: Cancellation, hear: Callable[[str], None]) -> Callable[[str], None]:
    """Hears tokens until the person asks to stop."""

    def checked(token: str) -> None:
        cancellation.check()
        hear(token)

    return checked
