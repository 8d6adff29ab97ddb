"""The model host: owns the loaded backends and models, each loaded once, when first needed."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

from .backends import BackendSpec, Tools
from .errors import ModelError
from .hosting.activity import Activity, current_call, serving
from .hosting.memory import Memory, name_of
from .hosting.model import Hosted, ModelSource
from .hosting.placement import memory_of
from .hosting.progress import Progress, reporting
from .hosting.queue import BatchQueue
from .hosting.runner import Runner
from .hosting.settings import HostSettings

ENTRY_POINTS = "viscript.backends"
Item = TypeVar("Item")
Result = TypeVar("Result")


class ResidentModel(NamedTuple):
    """A model in memory.

    Args:
        name: the checkpoint, or the backend that has one of its own.
        device: where it is.
        bytes: what it takes, with its encodings.
        pinned: it stays.
    """

    name: str
    device: str
    bytes: int
    pinned: bool


class ModelHost:
    """Backends by their spec, and the models that they use, within a budget of memory.

    Args:
        settings: how models are kept.
        tell: shows the progress of loading; None shows nothing.
    """

    def __init__(
        self, settings: HostSettings | None = None, *, tell: Progress | None = None
    ) -> None:
        self.settings = settings or HostSettings()
        self.tell = tell
        self._loaded: dict[str, Any] = {}
        self._loading: dict[str, threading.Lock] = {}
        self._activities: dict[str, Activity] = {}
        self._hosted: dict[str, BatchQueue[Any, Any]] = {}
        self._memories: dict[str, Memory] = {}
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
                with _loading_for(self._activity(spec)), reporting(self.tell):
                    self._loaded[key] = backend_module(spec.backend).load(spec, tools)
            return self._loaded[key]

    def serving(self, spec: BackendSpec) -> serving:
        """A block in which a tool of a backend is called: its model may wait for it a moment."""
        return serving(self._activity(spec))

    def hosted(self, source: ModelSource[Item, Result]) -> Hosted[Item, Result]:
        """The model of a source, shared by all that ask for the same one."""
        with self._lock:
            queue = self._hosted.get(source.identity)
            if queue is None:
                runner = Runner(source, self.settings, self.memory, lambda: self.tell)
                queue = self._hosted[source.identity] = BatchQueue(runner)
        call = current_call()
        activity = call.activity if call is not None else _loading.get()
        if activity is not None:
            queue.serves(activity)
        return queue

    def memory(self, device: str) -> Memory:
        """The memory of a device: "cpu", "cuda:0"."""
        with self._lock:
            memory = self._memories.get(device)
            if memory is None:
                # The user's budget is for the device that models are placed on first.
                first = not self._memories
                wanted = self.settings.memory_bytes if first else None
                memory = self._memories[device] = Memory(wanted or memory_of(device))
            return memory

    @property
    def resident(self) -> list[str]:
        """The identities of the backends that are loaded."""
        return list(self._loaded)

    @property
    def models(self) -> list[ResidentModel]:
        """The models in memory, the least recently used of each device first."""
        with self._lock:
            memories = dict(self._memories)
        return [
            ResidentModel(name_of(slot.key), device, slot.size, slot.pinned)
            for device, memory in memories.items()
            for slot in memory.slots
            if slot.model is not None
        ]

    def _activity(self, spec: BackendSpec) -> Activity:
        activity = self._activities.get(spec.identity)
        if activity is None:
            with self._lock:
                activity = self._activities.setdefault(spec.identity, Activity())
        return activity


_loading: ContextVar[Activity | None] = ContextVar("viscript_loading_backend", default=None)


@contextmanager
def _loading_for(activity: Activity) -> Generator[None]:
    """Within the block, a backend is loaded, whose models serve the calls counted in `activity`."""
    reset = _loading.set(activity)
    try:
        yield
    finally:
        _loading.reset(reset)


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
