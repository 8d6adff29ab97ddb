"""`viscript eval`: how many questions are answered at the same time, and which are put again."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError, ModelError
from viscript.__main__ import main
from viscript.agent.planners.failures import CallFailedError
from viscript.agent.planners.planner import Plan, Task
from viscript.eval import system, tasks
from viscript.eval.system import RETRIES

# inspect leaves the ends of anyio's streams to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Unclosed <Memory:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

CORES = os.cpu_count() or 1
THREADS = min(32, CORES + 4)
"""What asyncio has by itself."""
SECONDS = 60
"""After which a planner that waits for others in vain fails."""

Evaluate = Callable[..., tuple[int, dict[str, Any], str]]


class Planner:
    """Writes the same program for each request, after what a test puts between."""

    name = "scripted"
    reads_examples = False
    writes_cells = False

    def __init__(self, before: Callable[[Task], None]) -> None:
        self._before = before

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        self._before(task)
        return Plan("answer = 1")


class Meeting:
    """Planners that go on only when so many of them are at work, and the most that ever were."""

    def __init__(self, parties: int) -> None:
        self.peak = 0
        self._here = 0
        self._lock = threading.Lock()
        self._barrier = threading.Barrier(parties)

    def __call__(self, task: Task) -> None:
        with self._lock:
            self._here += 1
            self.peak = max(self.peak, self._here)
        try:
            self._barrier.wait(SECONDS)
        except threading.BrokenBarrierError:
            raise ModelError("no other question came") from None
        finally:
            with self._lock:
                self._here -= 1


@pytest.fixture
def evaluate(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    astronaut: Image,
) -> Evaluate:
    """Evaluates so many questions; gives the exit code, the figures, and what was said besides."""
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(system, "PAUSE", 0)
    monkeypatch.chdir(tmp_path)
    astronaut.save(tmp_path / "astronaut.png")

    def run(before: Callable[[Task], None], count: int, *words: str) -> Any:
        def planner(name: str, **settings: str) -> Planner:
            return Planner(before)

        monkeypatch.setattr(system, "planner_from", planner)
        asked = ({"question": f"Question {number}?", "answer": 1} for number in range(count))
        lines = (json.dumps({"image": "astronaut.png", **one}) for one in asked)
        (tmp_path / "asked.jsonl").write_text("\n".join(lines), "utf-8")
        capsys.readouterr()
        code = main(["eval", "asked.jsonl", "--planner", "scripted:1", "--json", *words])
        out, err = capsys.readouterr()
        return code, json.loads(out.splitlines()[-1] if code else out), err

    return run


@pytest.mark.parametrize(
    ("words", "most"),
    [
        ([], min(2, CORES)),
        (["--at-once", "3"], 3),
        (["--at-once", f"{THREADS + 1}"], THREADS + 1),
    ],
    ids=["default", "three", "more than asyncio has threads"],
)
def test_as_many_questions_are_answered_at_once_as_was_said(
    evaluate: Evaluate, words: list[str], most: int
) -> None:
    meeting = Meeting(most)
    code, figures, err = evaluate(meeting, 2 * most, *words)
    assert code == 0, err
    assert figures["answered"] == 2 * most, figures["failures"]
    assert meeting.peak == most


def test_a_question_whose_failure_goes_away_is_answered(evaluate: Evaluate) -> None:
    left = {"Question 0?": RETRIES, "Question 2?": 1}

    def recovering(task: Task) -> None:
        if left.get(task.request):
            left[task.request] -= 1
            raise ModelError("the server is down")

    code, figures, err = evaluate(recovering, 3)
    assert code == 0, err
    assert (figures["answered"], figures["failures"]) == (3, {})
    assert set(left.values()) == {0}


def failed_call(*, passing: bool) -> CallFailedError:
    """What a chat model's server said."""
    error = CallFailedError("the server said no")
    error.passing = passing
    return error


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (ModelError("out of memory"), 1 + RETRIES),
        (failed_call(passing=True), 1 + RETRIES),
        (failed_call(passing=False), 1),
        (InputError("this can't be asked"), 1),
    ],
    ids=["no memory", "server is down", "wrong key", "the question's fault"],
)
def test_only_a_failure_that_may_pass_is_tried_again_and_then_told(
    evaluate: Evaluate, error: Exception, tries: int
) -> None:
    tried: list[str] = []

    def failing(task: Task) -> None:
        if task.request == "Question 1?":
            tried.append(task.request)
            raise error

    code, figures, _ = evaluate(failing, 3)
    assert code == 0
    assert figures["answered"] == 2
    assert len(tried) == tries
    ((name, why),) = figures["failures"].items()
    assert (name, str(error) in why) == ("2", True)


def test_it_ends_when_too_many_questions_failed_and_goes_on_with_resume(
    evaluate: Evaluate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MAX_FAILED", 3.0)
    up = threading.Event()
    tried: set[str] = set()

    def down(task: Task) -> None:
        tried.add(task.request)
        if not up.is_set() and task.request != "Question 0?":
            raise ModelError("the server is down")

    code, figures, err = evaluate(down, 20)
    assert code == 1
    assert (figures["status"], figures["answered"]) == ("error", 1)
    assert "the server is down" in err
    assert len(tried) < 20
    up.set()
    code, figures, err = evaluate(down, 20, "--resume")
    assert (code, figures["answered"], figures["failures"]) == (0, 20, {}), err
