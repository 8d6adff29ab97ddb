"""How tools are served: one module a model family, imported when a tool of it is first called.

A backend module has one function, `load(spec, tools)`, which returns an object with a method for
each tool that it serves: the tool's name, its parameters in the same order with the same names.
Pictures arrive as `Image`, a single region or a list as the contract allows. Methods return plain
values of `viscript.tools.values`, raise `ToolError` for what can't be done, and call
`current_cancellation().check()` between units of work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

Option = str | int | float | bool


@dataclass(frozen=True)
class BackendSpec:
    """What a profile says about the backend of a tool.

    Args:
        backend: the name of the backend: a module of this package, or an entry point of the group
            `viscript.backends`.
        checkpoint: the model's weights: a hub id, a folder, or a file; empty for the backend's own.
        revision: the commit of the checkpoint.
        options: settings of the backend, such as thresholds.
    """

    backend: str
    checkpoint: str = ""
    revision: str = ""
    options: Mapping[str, Option] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def identity(self) -> str:
        """Equal for specs that load the same thing."""
        options = ",".join(f"{key}={self.options[key]!r}" for key in sorted(self.options))
        return f"{self.backend}|{self.checkpoint}|{self.revision}|{options}"


class Tools(Protocol):
    """The tools that a backend may use for its own work, cached like any other call."""

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Calls an offered tool by name."""
        ...

    def offers(self, name: str) -> bool:
        """Whether the profile serves a tool."""
        ...
