"""Suites run whole: `viscript eval SUITE` with programs that are given for each request."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from viscript.__main__ import main
from viscript.agent.planners.planner import Plan, Task
from viscript.eval import system

Figures = dict[str, Any]
Evaluated = Callable[..., Figures]


class ScriptedPlanner:
    """Writes the program that was given for a request."""

    name = "scripted"
    reads_examples = False
    writes_cells = False

    def __init__(self, programs: Mapping[str, str]) -> None:
        self._programs = programs

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        return Plan(self._programs[task.request])


@pytest.fixture
def evaluated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Evaluated]:
    """Runs a suite on a folder, with a program for each request; its figures, as `--json` has."""
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path / "home"))

    def run(suite: str, data: Path, programs: Mapping[str, str], *options: str) -> Figures:
        def scripted(name: str, **settings: str) -> ScriptedPlanner:
            return ScriptedPlanner(programs)

        monkeypatch.setattr(system, "planner_from", scripted)
        capsys.readouterr()
        settings = ["--data", str(data), "--planner", "scripted:1", *options]
        code = main(["eval", suite, *settings, "--json"])
        out, err = capsys.readouterr()
        assert code == 0, err
        figures: Figures = json.loads(out)
        assert figures["failures"] == {}
        return figures

    yield run
    # Where these are ignored, and not at the end of the session.
    gc.collect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """inspect leaves the ends of anyio's streams to the garbage collector."""
    for item in items:
        if "tests/eval/suites" in item.path.as_posix():
            item.add_marker(pytest.mark.filterwarnings("ignore:Unclosed <Memory:ResourceWarning"))
            item.add_marker(
                pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
            )
