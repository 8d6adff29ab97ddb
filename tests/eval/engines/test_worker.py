"""What runs in a process of a cluster."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript import Image, InputError, ModelError
from viscript.agent.planners.planner import Plan, Task
from viscript.eval import system
from viscript.eval.engines.engine import AT_ONCE, EngineSettings
from viscript.eval.engines.worker import Worker
from viscript.eval.suites.suite import Question
from viscript.eval.system import Settings

MOST = min(32, (os.cpu_count() or 1) + 4) + 1
"""More than asyncio has threads by itself."""
SECONDS = 60
"""After which a planner that waits for others in vain fails."""


class Meeting:
    """A planner that writes a program only when so many requests are there."""

    name = "scripted"
    reads_examples = False
    writes_cells = False

    def __init__(self, parties: int) -> None:
        self._barrier = threading.Barrier(parties)

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        try:
            self._barrier.wait(SECONDS)
        except threading.BrokenBarrierError:
            raise ModelError("no other question came") from None
        return Plan("answer = 1")


# A worker lives as long as its process: its folder goes with it.
@pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_worker_answers_as_many_questions_at_once_as_it_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, astronaut: Image
) -> None:
    planner = Meeting(MOST)

    def given(name: str, **settings: str) -> Meeting:
        return planner

    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(system, "planner_from", given)
    monkeypatch.setattr(system, "PAUSE", 0)
    picture = tmp_path / "astronaut.png"
    astronaut.save(picture)
    worker = Worker("jsonl", Settings(planner="scripted:1"), tmp_path / "runs", MOST)

    async def answered() -> list[str]:
        asked = (Question(f"{n}", [picture], f"Question {n}?", ["1"]) for n in range(MOST))
        return [one.text for one in await asyncio.gather(*map(worker.answer, asked))]

    assert asyncio.run(answered()) == ["1"] * MOST


def test_a_process_has_questions_in_reserve() -> None:
    told, untold = EngineSettings("ray", at_once=5), EngineSettings("ray")
    assert (told.most, told.open) == (5, 10)
    assert (untold.most, untold.open) == (AT_ONCE, 2 * AT_ONCE)


def test_fewer_than_no_questions_at_once_are_refused() -> None:
    with pytest.raises(InputError, match="-1 questions at once"):
        EngineSettings(at_once=-1)
