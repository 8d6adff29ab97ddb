"""A suite on a Ray cluster of two workers, one of which is killed meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from inspect_ai.event import InfoEvent
from inspect_ai.log import EvalLog, read_eval_log
from viscript import Image
from viscript.eval.cli.logs import find_log
from viscript.eval.record import Record
from viscript.eval.reports.results import read_evaluation

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed <Memory:ResourceWarning")

Command = Callable[..., tuple[int, str, str]]
QUESTIONS = (
    "How many people are there?",
    "Is there a dog?",
    "Is there a cup?",
    "What color is the background?",
)
ASKED = 2 * len(QUESTIONS)
LIMIT = 4
CLUSTER = ("--engine", "ray", "--workers", "2")
ONCE = "from viscript.eval.engines import ray\nray.RESTARTS = 0\n"
"""Before `START`: a worker that ends is not started again."""
SECONDS = 150
"""After which the test fails on a machine however busy."""

# As a shell in the foreground does, where a process in the background ignores Ctrl-C.
START = """
import signal, sys
from viscript.__main__ import main
from viscript.eval.engines.ray import RayEngine

signal.signal(signal.SIGINT, signal.default_int_handler)
answer = RayEngine.answer

async def told(self, question):
    record = await answer(self, question)
    print("answered", flush=True)
    return record

RayEngine.answer = told
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def questions(own_place: Path, astronaut: Image, coffee: Image) -> Path:
    """Eight questions about two pictures."""
    lines: list[str] = []
    for name, picture in (("astronaut", astronaut), ("coffee", coffee)):
        picture.save(own_place / f"{name}.png")
        lines += [
            json.dumps({"image": f"{name}.png", "question": question, "answer": "no"})
            for question in QUESTIONS
        ]
    path = own_place / "questions.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture
def evaluation(questions: Path) -> Callable[..., subprocess.Popen[str]]:
    """Starts the evaluation; prints a line for each answer of the cluster."""
    pytest.importorskip("ray", reason="needs Ray: pip install 'viscript[ray]'")

    def start(*words: str, before: str = "") -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", before + START, "eval", str(questions), *words],
            env=os.environ | {"VISCRIPT_HOME": str(questions.parent / "home")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        watch = threading.Timer(SECONDS, process.kill)
        watch.daemon = True
        watch.start()
        return process

    return start


def test_a_killed_worker_loses_no_question_and_changes_no_answer(
    evaluation: Callable[..., subprocess.Popen[str]], questions: Path, viscript: Command
) -> None:
    process = evaluation(*CLUSTER, "--folder", "cluster")
    _read_an_answer(process)
    workers = _workers_of(process)
    assert len(workers) == 2
    workers[0].send_signal(signal.SIGKILL)
    _, err = process.communicate()
    assert process.returncode == 0, err
    on_cluster = read_eval_log(str(find_log("last", Path("cluster"))))
    assert _was_put_again(on_cluster)

    code, _, err = viscript("eval", questions, "--folder", "here")
    assert code == 0, err
    here = read_eval_log(str(find_log("last", Path("here"))))
    assert _answers(on_cluster) == _answers(here)
    assert len(_answers(here)) == ASKED


def test_it_ends_when_no_worker_is_left(
    evaluation: Callable[..., subprocess.Popen[str]],
) -> None:
    process = evaluation(*CLUSTER, "--folder", "cluster", before=ONCE)
    _read_an_answer(process)
    for worker in _workers_of(process):
        worker.send_signal(signal.SIGKILL)
    _, err = process.communicate()
    assert process.returncode == 0, err
    found = read_evaluation(find_log("last", Path("cluster")))
    assert 0 < len(found.results) < ASKED
    assert len(found.results) + len(found.failures) == ASKED
    said = found.failures.values()
    assert all("all workers of the cluster have ended" in one for one in said)


def test_ctrl_c_ends_the_cluster_and_the_evaluation_goes_on_without_one(
    evaluation: Callable[..., subprocess.Popen[str]],
) -> None:
    process = evaluation(*CLUSTER, "--limit", str(LIMIT))
    _read_an_answer(process)
    started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130, err
    _, alive = psutil.wait_procs(started, timeout=30)
    assert alive == []
    resumed = evaluation("--resume", "--limit", str(LIMIT), "--json")
    out, err = resumed.communicate()
    assert resumed.returncode == 0, err
    assert json.loads(out)["answered"] == LIMIT


def _read_an_answer(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line == "answered\n", line + process.communicate()[1]


def _workers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Those that answer questions; Ray names its processes after what runs in them."""
    below = psutil.Process(process.pid).children(recursive=True)
    return [one for one in below if one.cmdline()[:1] and "ray::Worker" in one.cmdline()[0]]


def _answers(log: EvalLog) -> dict[str, tuple[str, str]]:
    """Answer and program of each question."""
    assert log.samples is not None
    found: dict[str, tuple[str, str]] = {}
    for sample in log.samples:
        record = Record.in_metadata(sample.metadata)
        assert record is not None
        assert sample.id not in found
        assert Path(record.run, "rationale.html").is_file()
        found[str(sample.id)] = record.text, record.program
    return found


def _was_put_again(log: EvalLog) -> bool:
    """Whether a question was answered by another worker than the first one."""
    return any(
        isinstance(event, InfoEvent) and "goes to another one" in str(event.data)
        for sample in log.samples or []
        for event in sample.events
    )
