"""Two processes on one request or conversation: real ones, one of them killed at its work."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from viscript import Agent, Image, Toolbox, tool
from viscript.agent.graph.locking import FILE, BusyError, ThreadLock
from viscript.agent.outcome import Approval, ApprovalNeededError
from viscript.agent.planners.planner import Plan, Task
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry
from viscript.tools.values import ImageLike

SCRIPT = '''
"""Asks or talks about a picture, and comes as far as a paid step, in which it stays."""

import sys
from pathlib import Path
from types import MappingProxyType

from viscript import Agent, Toolbox, tool
from viscript.agent.planners.planner import Plan
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry
from viscript.tools.values import ImageLike

HOME, MODE = Path(sys.argv[1]), sys.argv[2]


class Planner:
    name, writes_cells, reads_examples = "scripted", False, False

    def plan(self, task, on_token=None):
        return Plan("answer = dear(image)" if "worth" in task.request else "answer = image.width")


@tool(reads_pixels=True, costs_money=True)
def dear(image: ImageLike) -> int:
    """Gives two, for money.

    Args:
        image: the picture.
    """
    print("working", flush=True)
    sys.stdin.read()
    return 2


toolbox = Toolbox(Profile("own", "", MappingProxyType({})), Registry.standard([dear]), None)
places = {"runs": HOME / "runs", "threads": HOME / "threads"}
agent = Agent(toolbox, Planner(), approve=lambda _: True, **places)
if MODE == "ask":
    agent.ask(HOME / "photo.png", "What is it worth?", thread="one")
else:
    chat = agent.chat(thread="one")
    chat.ask("how wide is it?")
    chat.ask("what is it worth?")
'''


@contextmanager
def working(home: Path, mode: str) -> Generator[subprocess.Popen[str]]:
    """A process that is in its paid step."""
    command = [sys.executable, "-c", SCRIPT, str(home), mode]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "working\n"
            yield process
        finally:
            process.kill()


def busy(what: str) -> Any:
    """Expects the refusal."""
    return pytest.raises(BusyError, match=f"another process is working on this {what}")


class Planner:
    """Writes what the other process's planner does."""

    name, writes_cells, reads_examples = "scripted", False, False

    def plan(self, task: Task, on_token: Any = None) -> Plan:
        return Plan("answer = dear(image)" if "worth" in task.request else "answer = image.width")


@pytest.fixture
def paid() -> list[str]:
    """The paid steps of this process."""
    return []


@pytest.fixture
def agent(tmp_path: Path, cat: Image, paid: list[str]) -> Agent:
    """An agent that works where the other process does."""
    cat.save(tmp_path / "photo.png")

    @tool(reads_pixels=True, costs_money=True)
    def dear(image: ImageLike) -> int:
        """Gives two, for money.

        Args:
            image: the picture.
        """
        paid.append("dear")
        return 2

    toolbox = Toolbox(Profile("own", "", MappingProxyType({})), Registry.standard([dear]), None)
    places: dict[str, Any] = {"runs": tmp_path / "runs", "threads": tmp_path / "threads"}
    return Agent(toolbox, Planner(), **places)


def test_one_process_works_on_a_request_and_a_killed_one_does_no_longer(
    agent: Agent, tmp_path: Path, paid: list[str]
) -> None:
    with working(tmp_path, "ask") as process:
        with busy("request"):
            agent.resume("one")
        with busy("request"):
            agent.ask(tmp_path / "photo.png", "How wide is it?", thread="one")
        with busy("request"):
            asyncio.run(agent.aresume("one"))
        process.kill()
        process.wait()
    # What the process paid for is gone with it: it is asked about again before it is paid again.
    with pytest.raises(ApprovalNeededError, match="calls dear"):
        agent.resume("one")
    assert paid == []
    assert agent.resume("one", approved=True).value == 2
    assert paid == ["dear"]
    assert list((tmp_path / "threads" / "requests").iterdir()) == []


def test_one_process_talks_at_a_time_and_the_next_knows_what_was_said(
    agent: Agent, tmp_path: Path, paid: list[str]
) -> None:
    chat = agent.chat(tmp_path / "photo.png", thread="one")
    with working(tmp_path, "chat") as process:
        with busy("conversation"):
            chat.ask("how high is it?")
        with busy("conversation"):
            agent.chat(thread="one")
        process.kill()
        process.wait()
    assert agent.chat(thread="one").unfinished == "what is it worth?"
    assert chat.ask("how high is it?").value == 451
    assert [one["said"] for one in chat.turns] == ["how wide is it?", "how high is it?"]
    assert (chat.unfinished, paid) == (None, [])


def test_a_person_who_is_asked_holds_the_request(agent: Agent, tmp_path: Path) -> None:
    tried: list[str] = []

    def approve(approval: Approval) -> bool:
        with pytest.raises(BusyError):
            agent.resume(approval.thread, approved=True)
        tried.append(approval.thread)
        return True

    places: dict[str, Any] = {"runs": tmp_path / "runs", "threads": tmp_path / "threads"}
    other = Agent(agent.toolbox, Planner(), approve=approve, **places)
    assert other.ask(tmp_path / "photo.png", "What is it worth?", thread="one").value == 2
    assert tried == ["one"]


def test_a_lock_is_taken_again_by_who_holds_it_and_free_when_it_was_given_back(
    tmp_path: Path,
) -> None:
    lock, other = (ThreadLock(tmp_path / "one", "request") for _ in range(2))
    with lock.held():
        with lock.held(), pytest.raises(BusyError), other.held():
            pass
        with pytest.raises(BusyError), other.held():
            pass
    with other.held():
        assert (tmp_path / "one" / FILE).exists()


def test_requests_of_one_process_do_not_wait_for_each_other(tmp_path: Path) -> None:
    one, two = (ThreadLock(tmp_path / name, "request") for name in ("one", "two"))
    with one.held(), two.held():
        assert {path.parent.name for path in tmp_path.glob("*/lock")} == {"one", "two"}
