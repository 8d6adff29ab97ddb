"""The suites run by inspect itself, as `inspect eval viscript/SUITE` does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from inspect_ai.log import EvalLog, read_eval_log
from viscript.eval.record import Record
from viscript.eval.reports.results import read_evaluation

PROGRAM = "answer = exists(find(image, 'circle'))"

# In a process of its own, in another folder: inspect knows viscript by how it is installed, and
# takes the package in the current folder for another one.
START = f"""
import inspect_ai
from viscript.agent.planners.planner import Plan
from viscript.eval import system

class Scripted:
    name = "scripted"
    reads_examples = writes_cells = False

    def plan(self, task, on_token=None):
        return Plan({PROGRAM!r})

system.planner_from = lambda name, **settings: Scripted()
inspect_ai.eval(
    "viscript/easy-vqa",
    model=None,
    limit=1,
    task_args={{"runs": "runs", "planner": "scripted:1"}},
    log_dir="logs",
    display="none",
)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which inspect asked one question of easy-VQA."""
    folder = tmp_path_factory.mktemp("inspect")
    done = subprocess.run(
        [sys.executable, "-c", START],
        cwd=folder,
        env=os.environ | {"VISCRIPT_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def log(place: Path) -> EvalLog:
    """Its log."""
    (path,) = (place / "logs").glob("*.eval")
    return read_eval_log(str(path))


def test_inspect_runs_a_suite_by_its_name(log: EvalLog, place: Path) -> None:
    assert (log.status, log.eval.task) == ("success", "viscript/easy-vqa")
    (sample,) = log.samples or []
    record = Record.in_metadata(sample.metadata)
    assert record is not None
    assert record.program.strip() == PROGRAM
    assert sample.output.completion == record.text
    assert record.text in ("yes", "no")
    page = place / sample.metadata["rationale"]
    assert page.is_relative_to(place / "runs")
    assert page.is_file()
    assert not log.stats.model_usage


def test_viscript_reports_on_what_inspect_ran(log: EvalLog) -> None:
    evaluation = read_evaluation(Path(log.location.removeprefix("file://")))
    assert (evaluation.suite, evaluation.planner, evaluation.asked) == ("easy-vqa", "scripted:1", 1)
    assert [one.score in (0, 1) for one in evaluation.results] == [True]
