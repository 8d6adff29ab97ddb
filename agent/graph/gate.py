"""`Gate`: holds back the calls of a run that a person has not agreed to."""

from __future__ import annotations

from collections.abc import Container, Mapping

from ...tools.cancellation import Cancellation
from ...tools.contract import Contract
from ...tools.errors import PolicyError
from ...tools.permission import permitting
from ...tools.toolbox import Invocation, Toolbox


class WithheldError(PolicyError):
    """A person must agree before the tool runs."""


class Gate:
    """The tools of a run. What the cache has is given; what would run anew must be agreed to.

    So a step whose result is gone is asked for again, whichever process ran it before, and so is
    what a backend calls for its own work.

    Args:
        toolbox: calls the tools.
        agreed: the names of the tools that may run.
    """

    def __init__(self, toolbox: Toolbox, agreed: Container[str]) -> None:
        self.withheld: set[str] = set()
        """The names of the tools that did not run."""
        self._toolbox = toolbox
        self._agreed = agreed

    def invoke(
        self,
        name: str,
        arguments: Mapping[str, object],
        *,
        cancellation: Cancellation | None = None,
    ) -> Invocation:
        """Calls a tool as the toolbox does.

        Raises:
            WithheldError: it must be agreed to first.
            ViscriptError: as `Toolbox.invoke`.
        """
        with permitting(self._check):
            return self._toolbox.invoke(name, arguments, cancellation=cancellation)

    def backend_name(self, name: str) -> str:
        """What serves a tool."""
        return self._toolbox.backend_name(name)

    def _check(self, contract: Contract) -> None:
        if contract.name not in self._agreed:
            self.withheld.add(contract.name)
            raise WithheldError(
                f"a person must agree before {contract.name} runs", hint=contract.approval
            )
