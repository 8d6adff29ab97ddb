"""`Scope`: what a program may mention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ...tools.contract import Contract
from ...tools.types import Type
from .tree import ANSWER


@dataclass(frozen=True)
class Scope:
    """What a program may mention.

    Args:
        tools: the tools that are offered.
        names: the names that are bound before the program starts: `image`, or `left` and `right`.
        elsewhere: tools that are not offered, each with what to say about it ("the profile hub has
            it").
        unbound: names that other pictures would bind, each with what to say about it.
        assignable: names of `names` that the program may assign again; the others are its inputs.
    """

    tools: Mapping[str, Contract]
    names: Mapping[str, Type]
    elsewhere: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unbound: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    assignable: frozenset[str] = frozenset({ANSWER})
