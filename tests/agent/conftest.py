"""Planners that follow a script and tools that see what a test says, for tests of the agent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from viscript import Image, Region, Toolbox
from viscript.agent.agent import Agent
from viscript.agent.planners.planner import Plan, Task, Usage
from viscript.tools.backends import BackendSpec
from viscript.tools.cache import MemoryCache
from viscript.tools.cancellation import Cancellation, current_cancellation
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry
from viscript.tools.toolbox import Invocation
from viscript.tools.values import Box, digest_of

Line = str | Plan | Exception | Callable[[Task], str]


class Scripted:
    """Writes what the script says, line after line; its last line again and again.

    `tasks` has what it was asked.
    """

    name = "scripted"
    reads_examples = False

    def __init__(self, *script: Line, cells: bool = False) -> None:
        self.writes_cells = cells
        self.script = script
        self.tasks: list[Task] = []

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        line = self.script[min(len(self.tasks), len(self.script) - 1)]
        self.tasks.append(task)
        if isinstance(line, Exception):
            raise line
        if isinstance(line, Plan):
            return line
        source = line if isinstance(line, str) else line(task)
        for word in source.splitlines(keepends=True):
            if on_token is not None:
                on_token(word)
        return Plan(source, usage=Usage(10, 5, 0.001, 0.01))


class Silent:
    """Says a word, and then nothing until the test is over.

    `stop` is the token of the request; `ended` tells that the planner has come back.
    """

    name = "silent"
    reads_examples = writes_cells = False

    def __init__(self) -> None:
        self.over = threading.Event()
        self.stop = Cancellation()
        self.ended = False

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        assert on_token is not None
        self.stop = current_cancellation()
        on_token("answer")
        self.over.wait(60)
        self.ended = True
        return Plan("answer = 1")


@pytest.fixture
def silent() -> Iterator[Silent]:
    """A planner that never answers."""
    planner = Silent()
    yield planner
    planner.over.set()


@pytest.fixture
def scripted() -> type[Scripted]:
    """Makes a planner that follows a script."""
    return Scripted


@pytest.fixture
def agent_of(tmp_path: Path) -> Callable[..., Agent]:
    """Makes an agent with a planner, and with some tools that need no model."""

    def make(planner: object, tools: Sequence[Callable[..., Any]] = (), **options: Any) -> Agent:
        toolbox = Toolbox(
            Profile("without backends", "", MappingProxyType({})),
            Registry.standard(tools),
            MemoryCache(),
        )
        places = {"runs": tmp_path / "runs", "threads": tmp_path / "threads"}
        return Agent(toolbox, planner, **{**places, **options})  # pyright: ignore[reportArgumentType]

    return make


Sees = Callable[[str, Image, str], list[Region]]


class Seeing(Toolbox):
    """`find`, `list_objects` and `find_faces` see what a function says: of the tool's name, the
    picture and the query. Everything else is as it is."""

    def __init__(self, sees: Sees, **backends: str) -> None:
        names = {"find": "eyes", "list_objects": "eyes", "find_faces": "eyes"} | backends
        served = {name: BackendSpec(backend) for name, backend in names.items()}
        super().__init__(Profile("seeing", "", served), Registry.standard(), None)
        self._sees = sees
        self.calls: list[tuple[str, Image]] = []

    def invoke(
        self,
        name: str,
        arguments: Mapping[str, Any],
        *,
        cancellation: Cancellation | None = None,
    ) -> Invocation:
        if name not in self.profile.tools:
            return super().invoke(name, arguments, cancellation=cancellation)
        self.calls.append((name, arguments["image"]))
        value = self._sees(name, arguments["image"], arguments.get("query", ""))
        return Invocation(value, False, 0.0, digest_of(list(arguments.values()), name))


@pytest.fixture
def seeing() -> type[Seeing]:
    """Makes tools that see what a function says."""
    return Seeing


@pytest.fixture
def row() -> Callable[..., list[Region]]:
    """Makes regions side by side, from the left; mirrored ones from the right."""

    def make(image: Image, label: str, count: int, score: float = 0.9) -> list[Region]:
        lefts = [10.0 + 40 * number for number in range(count)]
        if "mirrored" in image.origin:
            lefts = [image.width - left - 30 for left in lefts]
        return [Region(image, Box(left, 10, left + 30, 60), label, score) for left in lefts]

    return make
