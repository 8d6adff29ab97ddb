"""`Registry`: the contracts of all tools, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from .contract import Contract, traits_of
from .errors import InputError


class Registry(Mapping[str, Contract]):
    """The contracts of some tools, in the order in which they were given.

    Raises:
        InputError: two tools have the same name.
    """

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._contracts: dict[str, Contract] = {}
        for contract in contracts:
            if contract.name in self._contracts:
                raise InputError(f"two tools are called {contract.name}")
            self._contracts[contract.name] = contract

    @classmethod
    def standard(cls, extra: Iterable[Callable[..., Any]] = ()) -> Registry:
        """viscript's own tools, and those of `extra`, functions under the `tool` decorator."""
        from .library import MODULES

        own = (one for module in MODULES for one in tools_in(module))
        return cls(Contract.of(function) for function in (*own, *extra))

    def __getitem__(self, name: str) -> Contract:
        return self._contracts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contracts)

    def __len__(self) -> int:
        return len(self._contracts)


def tools_in(module: ModuleType) -> list[Callable[..., Any]]:
    """The tools that a module defines, in its order; imported ones don't count."""
    return [
        member
        for member in vars(module).values()
        if traits_of(member) is not None and member.__module__ == module.__name__
    ]
