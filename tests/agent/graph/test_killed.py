"""A request that is killed in any node goes on in another process: real ones, with SIGKILL."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")

SCRIPT = '''
"""Asks, or goes on with a request; dies in one node, and logs what was done."""

import json, os, signal, sys
from pathlib import Path
from types import MappingProxyType

from viscript import Toolbox, tool
from viscript.agent.agent import Agent
from viscript.agent.graph import graph
from viscript.agent.outcome import ApprovalNeededError
from viscript.agent.planners.planner import Plan, Usage
from viscript.tools.cache import Cache
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry
from viscript.tools.values import ImageLike

HOME, MODE, NODE, MOMENT = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
LOG = HOME / "log.txt"


def log(line):
    with LOG.open("a") as file:
        file.write(line + "\\n")


def dies_in(name, work):
    """The node, which dies before or after its work when it is its turn."""

    def node(*arguments):
        if (name, MOMENT) == (NODE, "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        done = work(*arguments)
        if (name, MOMENT) == (NODE, "after"):
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return node


for name in ("recall", "plan", "check", "approve", "run", "reflect", "conclude"):
    setattr(graph, name, dies_in(name, getattr(graph, name)))


class Planner:
    name, writes_cells, reads_examples = "scripted", False, False

    def plan(self, task, on_token=None):
        log(f"plan {len(task.attempts)}")
        if not task.attempts:
            return Plan("answer = wrong")
        return Plan("a = cheap(image)\\nanswer = dear(image) + a", usage=Usage(3, 2, 0.5))


@tool(reads_pixels=True)
def cheap(image: ImageLike) -> int:
    """Gives one.

    Args:
        image: the picture.
    """
    log("cheap")
    return 1


@tool(reads_pixels=True, costs_money=True)
def dear(image: ImageLike) -> int:
    """Gives two, for money.

    Args:
        image: the picture.
    """
    log("dear")
    return 2


toolbox = Toolbox(
    Profile("test", "", MappingProxyType({})),
    Registry.standard([cheap, dear]),
    Cache(HOME / "cache"),
)
agent = Agent(toolbox, Planner(), runs=HOME / "runs", threads=HOME / "threads")
try:
    if MODE == "ask":
        answer = agent.ask(HOME / "photo.png", "What do they give?", thread="one")
    else:
        answer = agent.resume("one", approved=True if agent.waits("one") else None)
except ApprovalNeededError as error:
    print(json.dumps({"waits": dict(error.approval.tools)}))
else:
    print(json.dumps(answer.to_json()))
'''


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("script") / "ask.py"
    path.write_text(SCRIPT)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    pixels = np.arange(8 * 9 * 3, dtype=np.uint8).reshape(8, 9, 3)
    PIL.Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path


WAITS = {"waits": {"dear": "a call may be charged for"}}


def run(script: Path, home: Path, mode: str, node: str = "", moment: str = "") -> Any:
    """What the process printed; None when it was killed."""
    done = subprocess.run(
        [sys.executable, str(script), str(home), mode, node, moment],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode == -signal.SIGKILL:
        return None
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def logged(home: Path) -> list[str]:
    return (home / "log.txt").read_text().splitlines()


def test_a_person_agrees_in_another_process(script: Path, home: Path) -> None:
    assert run(script, home, "ask") == WAITS
    assert logged(home) == ["plan 0", "plan 1"]
    assert run(script, home, "resume")["answer"] == 3
    assert sorted(logged(home)[2:]) == ["cheap", "dear"]


@pytest.mark.parametrize(
    ("node", "moment"),
    [
        ("recall", "before"),
        ("recall", "after"),
        ("plan", "before"),
        ("plan", "after"),
        ("check", "before"),
        ("check", "after"),
        ("approve", "before"),
        ("approve", "after"),
        ("run", "before"),
        ("run", "after"),
        ("reflect", "before"),
        ("reflect", "after"),
        ("conclude", "before"),
        ("conclude", "after"),
    ],
)
def test_a_request_killed_in_any_node_goes_on_and_nothing_is_done_twice(
    script: Path, home: Path, node: str, moment: str
) -> None:
    printed = [run(script, home, "ask", node, moment)]
    if printed == [WAITS]:
        # The first process has come as far as the approval; the next one dies.
        printed.append(run(script, home, "resume", node, moment))
    assert printed[-1] is None
    resumed = run(script, home, "resume")
    if resumed == WAITS:
        resumed = run(script, home, "resume")
    assert (resumed["answer"], resumed["error"]) == (3, None)
    assert (resumed["usage"]["calls"], resumed["usage"]["cost"]) == (2, 0.5)
    lines = logged(home)
    assert (lines.count("cheap"), lines.count("dear"), lines.count("plan 1")) == (1, 1, 1)
    # Only a planner whose program had not reached the disk is asked again.
    assert lines.count("plan 0") == (2 if (node, moment) == ("plan", "after") else 1)
