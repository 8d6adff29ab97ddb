"""`EmptiedToolbox`: tools that find nothing, to measure what the tools really add to an answer."""

from __future__ import annotations

from collections.abc import Mapping

from ..tools.cancellation import Cancellation
from ..tools.contract import Contract
from ..tools.errors import ToolError
from ..tools.toolbox import Invocation, Toolbox
from ..tools.types import BOOL, FLOAT, IMAGE, INT, STR, ListOf, Type
from ..tools.values import Image

EMPTY: Mapping[Type, object] = {STR: "", INT: 0, FLOAT: 0.0, BOOL: False}


class EmptiedToolbox(Toolbox):
    """The tools of another toolbox; those that look at pictures return an empty value.

    A list is empty, a text too, numbers are 0, truth is False, and a picture stays as it was. What
    only computes (`count`, `join`) is left as it is.
    """

    def __init__(self, real: Toolbox) -> None:
        super().__init__(real.profile, real.registry, None)

    def invoke(
        self,
        name: str,
        arguments: Mapping[str, object],
        *,
        cancellation: Cancellation | None = None,
    ) -> Invocation:
        """The empty value of a tool's kind of result.

        Raises:
            NotOfferedError: the profile doesn't serve the tool.
            ToolError: there is no empty value of its kind.
        """
        contract = self.offered.get(name)
        if contract is None or not (contract.traits.backend or contract.traits.reads_pixels):
            return super().invoke(name, arguments, cancellation=cancellation)
        return Invocation(_empty(contract, arguments), False, 0.0, "")


def _empty(contract: Contract, arguments: Mapping[str, object]) -> object:
    shown = [one for one in arguments.values() if isinstance(one, Image)]
    match contract.returns:
        case ListOf():
            return []
        case one if one == IMAGE and shown:
            return shown[0]
        case one if one in EMPTY:
            return EMPTY[one]
        case _:
            raise ToolError(f"{contract.name} has no empty result")
