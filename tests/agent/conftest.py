"""Planners that follow a script, for tests of the agent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from viscript import Toolbox
from viscript.agent.agent import Agent
from viscript.agent.planners.planner import Plan, Task, Usage
from viscript.tools.cache import MemoryCache
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry

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
