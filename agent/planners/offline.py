"""`OfflinePlanner`: the embedded model in the seat of a planner."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .planner import Plan, Task, Usage

if TYPE_CHECKING:
    from .embedded.planner import EmbeddedPlanner

NAME = "embedded"
TEMPERATURE = 0.8
"""Of every attempt but the first: the likeliest program is known to fail, so others are drawn."""


class OfflinePlanner:
    """Writes programs in one pass, from the request alone.

    Worked examples, names and what became of earlier attempts are more than a model of its size can
    use; after a failed attempt it draws another program, the same one each time it is asked.

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
            if on_token:
                on_token(token)

        drawn = len(task.attempts)
        source = self._model.plan(
            task.request,
            _pictures(task),
            task.tools,
            hear,
            temperature=TEMPERATURE if drawn else 0.0,
            seed=drawn,
        )
        return Plan(source, usage=Usage(output_tokens=tokens, seconds=time.monotonic() - began))


def _pictures(task: Task) -> int:
    """How many pictures a task is about."""
    if "image" in task.names:
        return 1
    return 2 if "left" in task.names else max(3, len(task.pictures))
