"""How tools are served: one module a model family, imported when a tool of it is first called.

A backend module has one function, `load(spec, tools)`, which returns an object with a method for
each tool that it serves: the tool's name, its parameters in the same order with the same names.
Pictures arrive as `Image`, a single region or a list as the contract allows. Methods return plain
values of `viscript.tools.values`, raise `ToolError` for what can't be done, and call
`current_cancellation().check()` between units of work. `load` names the options that it knows with
`spec.only` and reads each with `spec.number`, so that a misspelt one is no silent one.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from ..errors import InputError
from ..hosting.model import Hosted, ModelSource

Option = str | int | float | bool
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class BackendSpec:
    """What a profile says about the backend of a tool.

    Args:
        backend: the name of the backend: a module of this package, or an entry point of the group
            `viscript.backends`.
        checkpoint: the model's weights: a hub id, a folder, or a file; empty for the backend's own.
        revision: the commit of the checkpoint.
        options: settings of the backend, such as thresholds.
        licence: of the checkpoint, by its SPDX name where it has one; for people.
        size: bytes of the checkpoint's weights, about; 0 where there are none or it isn't known.
        pickle: whether weights may be read from pickled files (`.bin`, `.pth`), by the loader that
            runs no code of theirs; safetensors only otherwise.
        costs_money: whether a call may be charged for; None leaves it to the tool's own trait.
    """

    backend: str
    checkpoint: str = ""
    revision: str = ""
    options: Mapping[str, Option] = field(default_factory=lambda: MappingProxyType({}))
    licence: str = ""
    size: int = 0
    pickle: bool = False
    costs_money: bool | None = None

    @property
    def identity(self) -> str:
        """Equal for specs that load the same thing."""
        options = ",".join(f"{key}={self.options[key]!r}" for key in sorted(self.options))
        return f"{self.backend}|{self.checkpoint}|{self.revision}|{options}"

    def only(self, *names: str) -> None:
        """Refuses every option but `names`.

        Raises:
            InputError: there is another.
        """
        for given in self.options:
            if given not in names:
                near = difflib.get_close_matches(given, names, 1) or names
                raise InputError(
                    f"the backend {self.backend} has no option {given!r}",
                    hint=f"did you mean {near[0]}?" if near else "it has none: leave it out",
                )

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """The option `name`, or `default` when it is not set.

        Raises:
            InputError: it is no number from `low` to `high`.
        """
        value = self.options.get(name, default)
        if isinstance(value, (bool, str)) or not low <= value <= high:
            raise InputError(
                f"the option {name} of the backend {self.backend} is {value!r}",
                hint=f"it is a number from {low:g} to {high:g}",
            )
        return float(value)


class Tools(Protocol):
    """The tools that a backend may use for its own work, cached like any other call."""

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Calls an offered tool by name."""
        ...

    def offers(self, name: str) -> bool:
        """Whether the profile serves a tool."""
        ...

    def hosted(self, source: ModelSource[Item, Result]) -> Hosted[Item, Result]:
        """A model that the host loads when it is first run, and keeps under its budget."""
        ...
