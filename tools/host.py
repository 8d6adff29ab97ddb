"""The model host: owns the loaded backends, each loaded once, when a tool first needs it."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Sequence
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, Generic, TypeVar

from .backends import BackendSpec, Tools
from .errors import ModelError
from .hosting.model import Hosted, Model, ModelSource, Placement

ENTRY_POINTS = "viscript.backends"
Item = TypeVar("Item")
Result = TypeVar("Result")


class ModelHost:
    """Backends by their spec; tools that share a spec share the loaded backend."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}
        self._loading: dict[str, threading.Lock] = {}
        self._hosted: dict[str, Any] = {}
        self._lock = threading.Lock()

    def get(self, spec: BackendSpec, tools: Tools) -> Any:
        """The loaded backend of a spec.

        Raises:
            ModelError: there is no such backend, or its model can't be loaded.
        """
        key = spec.identity
        if key in self._loaded:
            return self._loaded[key]
        with self._lock:
            turn = self._loading.setdefault(key, threading.Lock())
        with turn:
            if key not in self._loaded:
                self._loaded[key] = backend_module(spec.backend).load(spec, tools)
            return self._loaded[key]

    def hosted(self, source: ModelSource[Item, Result]) -> Hosted[Item, Result]:
        """The model of a source, shared by all that ask for the same one."""
        with self._lock:
            return self._hosted.setdefault(source.identity, _Kept(source))

    @property
    def resident(self) -> list[str]:
        """The identities of the backends that are loaded."""
        return list(self._loaded)


class _Kept(Generic[Item, Result]):
    """A model that is loaded once, on the CPU, and runs one call at a time."""

    def __init__(self, source: ModelSource[Item, Result]) -> None:
        self._source = source
        self._model: Model[Item, Result] | None = None
        self._turn = threading.Lock()

    def run(self, item: Item) -> Result:
        return self.run_all([item])[0]

    def run_all(self, items: Sequence[Item]) -> list[Result]:
        with self._turn:
            if self._model is None:
                self._model = self._source.load(Placement("cpu", "float32"))
            return list(self._model.run(items))


def backend_module(name: str) -> ModuleType:
    """The module of a backend: viscript's own, or an installed package's entry point.

    Raises:
        ModelError: there is none, or a package that it needs is not installed.
    """
    module_name = f"{__package__}.backends.{name.replace('-', '_')}"
    try:
        if name.replace("-", "").isalnum():
            module = importlib.import_module(module_name)
            if hasattr(module, "load"):
                return module
    except ModuleNotFoundError as error:
        if error.name != module_name:
            raise ModelError(
                f"the backend {name} needs the package {error.name}",
                hint=f"pip install {error.name}",
            ) from None
    for entry in entry_points(group=ENTRY_POINTS, name=name):
        return entry.load()
    raise ModelError(
        f"there is no backend {name!r}", hint="see `viscript tools` for what each profile uses"
    )
