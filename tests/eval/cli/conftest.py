"""Two evaluations of the same four questions, by a planner that follows a script."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from viscript import Image
from viscript.__main__ import main
from viscript.agent.planners.planner import Plan, Task, Usage
from viscript.eval import system
from viscript.eval.cli.logs import find_log

PERSON, DOG, CUP = (f"answer = exists(find(image, '{name}'))" for name in ("person", "dog", "cup"))
BEFORE = {
    "How many people are there?": ("answer = missing", "answer = count(find(image, 'person'))"),
    "Is there a dog?": (PERSON,),
    "Is there a person?": (PERSON,),
    "Is there a <cup>?": ("answer = color_of(find(image, 'cup')[0])",),
}
AFTER = {
    "How many people are there?": ("answer = count(find(image, 'person')) + 1",),
    "Is there a dog?": (DOG,),
    "Is there a person?": (PERSON,),
    "Is there a <cup>?": (CUP,),
}
ANSWERS = {"count": "1", "dog": "no", "person": "yes", "cup": "no"}


class ScriptedPlanner:
    """Writes the programs that were given for a request, the last one again and again."""

    name = "scripted"
    reads_examples = False
    writes_cells = False

    def __init__(self, programs: Mapping[str, Sequence[str]]) -> None:
        self._programs = programs

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        programs = self._programs[task.request]
        source = programs[min(len(task.attempts), len(programs) - 1)]
        return Plan(source, usage=Usage(1000, 50, 0.002, 0.01))


@pytest.fixture
def scripted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Mapping[str, Sequence[str]]], None]:
    """Puts a planner that follows a script into the place of any other."""
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def put(programs: Mapping[str, Sequence[str]]) -> None:
        _put(monkeypatch, programs)

    return put


class Logs(NamedTuple):
    """The logs of the two evaluations."""

    before: Path
    after: Path


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory, astronaut: Image) -> Logs:
    """Of the questions, the first evaluation has two right, and the second one three."""
    folder = tmp_path_factory.mktemp("evaluations")
    astronaut.save(folder / "astronaut.png")
    lines = [
        {"image": "astronaut.png", "id": name, "question": asked, "answer": ANSWERS[name]}
        | {"type": "count" if name == "count" else "yes/no"}
        for name, asked in zip(ANSWERS, BEFORE, strict=True)
    ]
    questions = folder / "questions.jsonl"
    questions.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    found: list[Path] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VISCRIPT_HOME", str(folder / "home"))
        for name, programs in (("before", BEFORE), ("after", AFTER)):
            _put(patch, programs)
            place = ["--folder", str(folder / name)]
            words = ["eval", str(questions), "--planner", "scripted:1", *place, "--json"]
            assert main(words) == 0
            found.append(find_log("last", folder / name))
    # inspect leaves the ends of anyio's streams to the garbage collector: where they are ignored.
    gc.collect()
    return Logs(*found)


def _put(patch: pytest.MonkeyPatch, programs: Mapping[str, Sequence[str]]) -> None:
    def planner(name: str, **settings: str) -> ScriptedPlanner:
        return ScriptedPlanner(programs)

    patch.setattr(system, "planner_from", planner)
