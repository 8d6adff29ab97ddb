"""The bar that shows people that a model is being loaded, while a command waits for it."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from .terminal import Terminal, visible

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ...tools.toolbox import Toolbox


def showing_loads(toolbox: Toolbox, terminal: Terminal) -> Toolbox:
    """The toolbox, whose host from now on shows what it loads, if a person is looking."""
    if not terminal.as_json and sys.stderr.isatty():
        toolbox.host.tell = LoadingBars()
    return toolbox


class LoadingBars:
    """A bar for each thread that loads a model; they vanish when the models are loaded."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._tasks: dict[int, TaskID] = {}
        self._lock = threading.Lock()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Shows how far this thread is; an empty `what` means that it is done."""
        thread = threading.get_ident()
        with self._lock:
            if not what:
                self._end(thread)
                return
            progress = self._progress or self._start()
            if thread not in self._tasks:
                self._tasks[thread] = progress.add_task("", total=None)
            task = self._tasks[thread]
            progress.update(task, description=visible(what), completed=done, total=total or None)

    def _start(self) -> Progress:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        from .console import console

        columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console(sys.stderr), transient=True)
        self._progress.start()
        return self._progress

    def _end(self, thread: int) -> None:
        task = self._tasks.pop(thread, None)
        if self._progress is None or task is None:
            return
        self._progress.remove_task(task)
        if not self._tasks:
            self._progress.stop()
            self._progress = None
