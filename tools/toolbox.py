"""`Toolbox`: the tools of a profile, ready to be called from Python, from programs and over MCP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Self, TypeVar

import PIL.Image
from numpy import ndarray

from .arguments import bind, by_name, check_result
from .backends import BackendSpec
from .backends.remote_settings import other_machine
from .cache import MISSING, Cache, MemoryCache
from .cancellation import Cancellation, cancellable, current_cancellation
from .contract import Contract
from .errors import InputError, NotOfferedError, ToolError, ViscriptError
from .fingerprint import source_digest
from .folders import cache_folder
from .host import ModelHost
from .hosting.model import Hosted, ModelSource
from .hosting.settings import from_environment
from .methods import ToolMethods
from .notes import noting
from .permission import check_permission
from .profile import Profile, load_profile, profiles_with
from .registry import Registry
from .types import IMAGE, accepts, conforms
from .values import Image, ImageLike, digest_of, image_from_pil, read_image

Item = TypeVar("Item")
Result = TypeVar("Result")


class Invocation(NamedTuple):
    """One call of a tool.

    Args:
        value: what it returned.
        cached: whether the cache had it.
        seconds: how long it took, the look-up included.
        key: the digest of tool, backend and arguments under which the result is kept.
        notes: what the backend said about how it went, see `tools.notes`.
    """

    value: Any
    cached: bool
    seconds: float
    key: str
    notes: tuple[str, ...] = ()


class Toolbox(ToolMethods):
    """The tools of a profile.

    Every result is kept by content: the same tool with the same arguments on the same pixels does
    not run twice.

    Args:
        profile: which backend serves which tool.
        registry: the contracts of all tools.
        cache: keeps results; None keeps none.

    Raises:
        InputError: the profile names a backend for a tool that is unknown or needs none, or the
            environment a setting of the model host that does not exist.
    """

    def __init__(
        self, profile: Profile, registry: Registry, cache: Cache | MemoryCache | None
    ) -> None:
        unknown = [name for name in profile.tools if name not in registry]
        if unknown:
            raise InputError(f"the profile {profile.name} serves the unknown tool {unknown[0]!r}")
        bodied = [name for name in profile.tools if not registry[name].traits.backend]
        if bodied:
            raise InputError(
                f"the profile {profile.name} names a backend for {bodied[0]}, which needs none",
                hint=f"leave tools.{bodied[0]} out",
            )
        self.profile = profile
        self.registry = registry
        self.cache = cache
        self.host = ModelHost(from_environment(profile.host))
        self.offered: Mapping[str, Contract] = MappingProxyType(
            {
                name: _as_served(contract, profile.tools.get(name))
                for name, contract in registry.items()
                if name in profile.tools or not contract.traits.backend
            }
        )
        # What backends call for their own work, where it is not this one.
        self._inner: Toolbox | None = None
        self._prefixes: dict[str, str] = {}
        self._running: dict[str, threading.Event | None] = {}
        self._lock = threading.Lock()

    @classmethod
    def load(
        cls,
        profile: str | Path = "embedded",
        *,
        tools: Iterable[Callable[..., Any]] = (),
        cache: Cache | MemoryCache | Literal["default"] | None = "default",
    ) -> Toolbox:
        """The toolbox of a profile; no model is loaded before a tool needs it.

        Args:
            profile: the name of a built-in profile, or the path of a TOML file.
            tools: more tools: functions under the `tool` decorator.
            cache: "default" is the user's cache on disk; None keeps no results.

        Raises:
            InputError: no such profile, or a tool's contract is incomplete.
        """
        store = Cache(cache_folder()) if cache == "default" else cache
        return cls(load_profile(profile), Registry.standard(tools), store)

    def with_cache(self, cache: Cache | MemoryCache) -> Self:
        """The same tools, over the same models, whose results are kept elsewhere.

        What this toolbox does is as before: backends go on to call it for their own work.
        """
        other = copy(self)
        other.cache = cache
        other._inner = self._inner or self
        other._running, other._lock = {}, threading.Lock()
        return other

    @cached_property
    def elsewhere(self) -> Mapping[str, str]:
        """For each tool that is not offered: where it is."""
        return {name: self._where(name) for name in self.registry if name not in self.offered}

    def offers(self, name: str) -> bool:
        """Whether the profile serves a tool."""
        return name in self.offered

    def hosted(self, source: ModelSource[Item, Result]) -> Hosted[Item, Result]:
        """A model that the host keeps, for the backends of this toolbox."""
        return self.host.hosted(source)

    def backend_name(self, name: str) -> str:
        """The backend that serves a tool; empty for a tool that its own body computes."""
        spec = self.profile.tools.get(name)
        return spec.backend if spec is not None else ""

    def image(self, source: ImageLike) -> Image:
        """A picture from a path, a PIL image or an array.

        Raises:
            InputError: it is not a usable picture.
        """
        match source:
            case Image():
                return source
            case str() | Path():
                return read_image(source, None if self.cache is None else self.cache.known_files)
            case PIL.Image.Image():
                return image_from_pil(source)
            case ndarray():
                return Image.from_array(source)
            case _:
                raise InputError(
                    f"a {type(source).__name__} is not a picture",
                    hint="give a path, a PIL image or a numpy array",
                )

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Calls a tool as plain Python does: paths, PIL images and arrays may stand for pictures.

        Raises:
            NotOfferedError: the profile doesn't serve the tool.
            InputError: an argument is wrong, or what the profile says about the backend.
            ToolError: the tool could not do it.
        """
        contract = self._contract(name)
        given = by_name(contract, args, kwargs)
        arguments = {key: self._opened(contract, key, one) for key, one in given.items()}
        return self.invoke(name, arguments).value

    def invoke(
        self,
        name: str,
        arguments: Mapping[str, object],
        *,
        cancellation: Cancellation | None = None,
    ) -> Invocation:
        """Calls a tool with values; the result comes from the cache where it can.

        Raises:
            NotOfferedError: the profile doesn't serve the tool.
            InputError: an argument is missing, unknown or of the wrong type, or the profile asks
                for something that the tool's backend does not have.
            ToolError: the tool could not do it, or was cancelled.
        """
        started = time.perf_counter()
        contract = self._contract(name)
        bound = bind(contract, arguments)
        key = self._key(contract, bound)
        if self.cache is None:
            value, notes = self._run(contract, bound, cancellation)
            return Invocation(value, False, time.perf_counter() - started, key, notes)
        held = list(bound.values())
        value = self.cache.get(key, held)
        # What is kept may be of another kind than promised: it is made anew and replaced.
        if value is not MISSING and conforms(value, contract.returns):
            return Invocation(value, True, time.perf_counter() - started, key)
        with self._lock:
            busy = key in self._running
            # An event takes as long to make as the rest of this: only who waits makes one.
            running = (self._running[key] or threading.Event()) if busy else None
            self._running[key] = running
        if running is not None:
            _wait(running, cancellation)
            return self.invoke(name, arguments, cancellation=cancellation)
        try:
            value, notes = self._run(contract, bound, cancellation)
            self.cache.put(key, value, held)
        finally:
            with self._lock:
                waited_for = self._running.pop(key)
            if waited_for is not None:
                waited_for.set()
        return Invocation(value, False, time.perf_counter() - started, key, notes)

    def _contract(self, name: str) -> Contract:
        contract = self.offered.get(name)
        if contract is not None:
            return contract
        if name in self.registry:
            raise NotOfferedError(
                f"the profile {self.profile.name} does not offer {name}", hint=self._where(name)
            )
        raise NotOfferedError(f"there is no tool {name!r}", hint="see `viscript tools`")

    def _where(self, name: str) -> str:
        have = profiles_with(name)
        if have:
            return f"the profile {' or '.join(have)} has it"
        return "no profile that comes with viscript has it; your own can name a backend for it"

    def _opened(self, contract: Contract, name: str, value: object) -> object:
        """`value`, turned into an `Image` where a picture is meant."""
        parameter = contract.parameters.get(name)
        if parameter is None:
            return value
        expected = parameter.type
        if not accepts(expected, IMAGE) or conforms(value, expected):
            return value
        return self.image(value)  # pyright: ignore[reportArgumentType]

    def _key(self, contract: Contract, bound: Mapping[str, object]) -> str:
        prefix = self._prefixes.get(contract.name)
        if prefix is None:
            spec = self.profile.tools.get(contract.name)
            served_by = spec.identity if spec is not None else ""
            prefix = digest_of([contract.name, served_by, source_digest(contract.function)])
            self._prefixes[contract.name] = prefix
        return digest_of(list(bound.values()), prefix)

    def _run(
        self, contract: Contract, bound: Mapping[str, object], cancellation: Cancellation | None
    ) -> tuple[object, tuple[str, ...]]:
        """The result of the tool's backend or body, checked against its contract, and its notes."""
        token = cancellation or current_cancellation()
        token.check()
        check_permission(contract)
        spec = self.profile.tools.get(contract.name)
        try:
            with cancellable(token), noting() as notes:
                value = (
                    contract.function(**bound) if spec is None else self._ask(contract, spec, bound)
                )
        except ViscriptError:
            raise
        # A backend is foreign code: whatever goes wrong in it is a failed step, not a crash.
        except Exception as error:
            text = str(error).strip().splitlines()[:1] or [""]
            raise ToolError(
                f"{contract.name} failed inside its backend: {type(error).__name__}: {text[0]}",
                hint="try other arguments; --debug shows where it failed",
            ) from error
        check_result(contract, value)
        return value, tuple(notes)

    def _ask(self, contract: Contract, spec: BackendSpec, bound: Mapping[str, object]) -> object:
        """What the backend of a tool makes of its arguments."""
        with self.host.serving(spec):
            return self._implementation(contract, spec)(**bound)

    def _implementation(self, contract: Contract, spec: BackendSpec) -> Callable[..., object]:
        try:
            backend = self.host.get(spec, self._inner or self)
        except InputError as error:
            place = f"the profile {self.profile.name}: tools.{contract.name}"
            raise InputError(f"{place}: {error.message}", hint=error.hint) from None
        served = getattr(backend, contract.name, None)
        if not callable(served):
            raise InputError(
                f"the profile {self.profile.name}: tools.{contract.name}: the backend "
                f"{spec.backend} does not serve {contract.name}",
                hint="`viscript tools` shows the backends that do",
            )
        return served


def _as_served(contract: Contract, spec: BackendSpec | None) -> Contract:
    """A contract with what the profile says about the backend: its price, where pictures go."""
    if spec is None:
        return contract
    traits = contract.traits
    if spec.costs_money is not None and spec.costs_money != traits.costs_money:
        traits = replace(traits, costs_money=spec.costs_money)
    sends_to = other_machine(spec) if traits.reads_pixels else ""
    if traits is contract.traits and not sends_to:
        return contract
    return replace(contract, traits=traits, sends_to=sends_to)


def _wait(running: threading.Event, cancellation: Cancellation | None) -> None:
    """Waits for another thread's call of the same tool with the same arguments."""
    token = cancellation or current_cancellation()
    while not running.wait(0.05):
        token.check()
