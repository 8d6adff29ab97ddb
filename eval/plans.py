"""`RememberingPlanner`: what the embedded planner wrote for a request it does not write again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from ..agent.planners.offline import OfflinePlanner
from ..agent.planners.planner import Plan, Task


class RememberingPlanner:
    """The embedded planner, which writes the same program for the same request each time.

    A suite asks the same question about many pictures. A program that is remembered took nothing.

    Args:
        planner: writes the programs.
    """

    reads_examples = OfflinePlanner.reads_examples
    works_here = OfflinePlanner.works_here
    writes_cells = False

    def __init__(self, planner: OfflinePlanner) -> None:
        self._planner = planner
        self._written: dict[Hashable, str] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name of the planner itself."""
        return self._planner.name

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        """The program for a task.

        Raises:
            InputError, ModelError, NoProgramError: as the planner itself.
        """
        tried = tuple(one.source.strip() for one in task.attempts)
        # Of the pictures the planner learns only how many there are.
        key = (task.request, frozenset(task.names), frozenset(task.tools), tried, task.draw)
        with self._lock:
            kept = self._written.get(key)
        if kept is not None:
            if on_token is not None:
                on_token(kept)
            return Plan(kept)
        plan = self._planner.plan(task, on_token)
        with self._lock:
            self._written[key] = plan.source
        return plan
