"""`Workers`: a few daemon threads that take work in the order in which it comes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

Work = Callable[[], None]


class Workers:
    """Threads that are started when there is work for them.

    The threads are daemons and never joined: one that is stuck in a foreign library holds up
    neither the run nor the end of the process. (`ThreadPoolExecutor` joins its threads at exit.)

    Args:
        limit: how many pieces of work run at the same time.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._started = 0
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()

    def submit(self, work: Work) -> None:
        """Queues work that raises nothing."""
        self._queue.put(work)
        if not self._idle.acquire(blocking=False):
            self._start_another()

    def replace_one(self) -> None:
        """Lets one more thread start, because one is stuck."""
        with self._lock:
            self._limit += 1
        if not self._queue.empty():
            self._start_another()

    def close(self) -> None:
        """Ends every thread once it has finished what it is doing."""
        for _ in range(self._started):
            self._queue.put(None)

    def _start_another(self) -> None:
        with self._lock:
            if self._started >= self._limit:
                return
            self._started += 1
        threading.Thread(target=self._work, name="viscript-worker", daemon=True).start()

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            work()
            self._idle.release()
