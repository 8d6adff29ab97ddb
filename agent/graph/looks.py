"""`Looks`: calls of tools that check an answer, each within the time of a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...tools.cancellation import Cancellation
from ...tools.errors import CancelledError, ToolError
from ...tools.toolbox import Toolbox
from ..runs.scheduler import resolved
from ..runs.step import Step
from ..runs.supervisor import Supervisor


class Looks:
    """Calls tools again, once a program has its answer.

    Args:
        toolbox: calls them; results come from its cache where it has them.
        cancellation: the person's request to stop.
        seconds: how long one call may take.
    """

    def __init__(self, toolbox: Toolbox, cancellation: Cancellation, seconds: float) -> None:
        self.toolbox = toolbox
        self._cancellation = cancellation
        self._seconds = seconds
        self.late = False
        """Whether a call took too long: the answer is there, and should not wait for more."""

    def may_call(self, tool: str) -> bool:
        """Whether a tool is there, nobody must agree to it, and none took too long."""
        offered = self.toolbox.offered.get(tool)
        return offered is not None and not offered.approval and not self.late

    def see(self, tool: str, arguments: Mapping[str, object]) -> Any:
        """What a tool returns.

        Raises:
            CancelledError: the person asked to stop.
            ViscriptError: the tool failed, or took too long.
        """
        watch = Supervisor(
            self.toolbox,
            workers=1,
            step_seconds=self._seconds,
            note=_drop,
            cancellation=self._cancellation,
            on_event=None,
        )
        contract = self.toolbox.offered[tool]
        try:
            return watch.run(lambda: resolved(watch.scheduler.start(contract, arguments, 1)))
        except CancelledError as error:
            self._cancellation.check()
            self.late = True
            raise ToolError(error.message, hint=error.hint) from error


def _drop(step: Step) -> None:
    """A look is no step of the run."""
