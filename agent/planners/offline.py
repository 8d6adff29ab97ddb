"""`OfflinePlanner`: the embedded model in the seat of a planner."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .planner import Plan, Task, Usage

if TYPE_CHECKING:
    from .embedded.planner import EmbeddedPlanner

NAME = "embedded"
DRAWS = 6
"""How often another program is drawn after a failed attempt, each time more freely."""


class OfflinePlanner:
    """Writes programs in one pass, from the request alone.

    Worked examples, names and what became of earlier attempts are more than a model of its size can
    use; after a failed attempt it draws another program, the same one each time it is asked. That
    one is heard as a whole.

    Args:
        model: writes the programs.
    """

    reads_examples = False

    def __init__(self, model: EmbeddedPlanner) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """`embedded`."""
        return NAME

    @property
    def writes_cells(self) -> bool:
        """Never: it writes its program at once."""
        return False

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        """The program for a task.

        Raises:
            InputError: the request is empty or too long for the model.
            ModelError: the model is missing or failed.
        """
        began = time.monotonic()
        tokens = 0

        def hear(token: str) -> None:
            nonlocal tokens
            tokens += 1
            if on_token and not task.attempts:
                on_token(token)

        source = self._drawn(task, hear) if task.attempts else self._written(task, hear)
        if on_token and task.attempts:
            on_token(source)
        return Plan(source, usage=Usage(output_tokens=tokens, seconds=time.monotonic() - began))

    def _drawn(self, task: Task, hear: Callable[[str], None]) -> str:
        """The first program that was not tried; the last one where all were."""
        tried = {one.source.strip() for one in task.attempts}
        source = ""
        for draw in range(1, DRAWS + 1):
            source = self._written(task, hear, temperature=0.5 * draw, seed=draw)
            if source.strip() not in tried:
                break
        return source

    def _written(
        self, task: Task, hear: Callable[[str], None], temperature: float = 0.0, seed: int = 0
    ) -> str:
        return self._model.plan(
            task.request, _pictures(task), task.tools, hear, temperature=temperature, seed=seed
        )


def _pictures(task: Task) -> int:
    """How many pictures a task is about."""
    if "image" in task.names:
        return 1
    return 2 if "left" in task.names else max(3, len(task.pictures))
