"""Conversations of real processes: killed in a turn, gone on with in the next process."""

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
"""Talks, message after message; dies in one of them."""

import json, os, signal, sys
from pathlib import Path
from types import MappingProxyType

from viscript import Agent, Toolbox, tool
from viscript.agent.chat import chat as chat_module
from viscript.agent.planners.planner import Plan
from viscript.tools.cache import Cache
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry
from viscript.tools.values import ImageLike

HOME, FATAL, MESSAGES = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]


def log(line):
    with (HOME / "log.txt").open("a") as file:
        file.write(line + "\\n")


class Planner:
    name, writes_cells, reads_examples = "scripted", False, False

    def plan(self, task, on_token=None):
        log(f"plan {task.request}")
        if "left" in task.request:
            return Plan("answer = crop(image, half(image, 'left'))")
        return Plan("first = cheap(image)\\nanswer = first + fatal(image)")


@tool(reads_pixels=True)
def cheap(image: ImageLike) -> int:
    """Gives one.

    Args:
        image: the picture.
    """
    log("cheap")
    return 1


@tool(reads_pixels=True)
def fatal(image: ImageLike) -> int:
    """Gives its width, or dies.

    Args:
        image: the picture.
    """
    if FATAL == "fatal":
        os.kill(os.getpid(), signal.SIGKILL)
    return image.width


toolbox = Toolbox(
    Profile("test", "", MappingProxyType({})),
    Registry.standard([cheap, fatal]),
    Cache(HOME / "cache"),
)
agent = Agent(toolbox, Planner(), runs=HOME / "runs", threads=HOME / "threads")
if FATAL == "keeping":
    chat_module.turn_of = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
chat = agent.chat([] if (HOME / "threads").exists() else HOME / "photo.png", thread="one")
unfinished = chat.unfinished
if unfinished is not None:
    for _ in chat.go_on():
        pass
answers = [chat.ask(one).text for one in MESSAGES]
print(json.dumps({
    "unfinished": unfinished,
    "answers": answers,
    "turns": [[one["said"], one["answer"]] for one in chat.turns],
    "width": chat.picture.width,
}))
'''


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("script") / "talk.py"
    path.write_text(SCRIPT)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    pixels = np.arange(8 * 10 * 3, dtype=np.uint8).reshape(8, 10, 3)
    PIL.Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path


def talk(script: Path, home: Path, *messages: str, fatal: str = "") -> Any:
    """What the process printed; None when it was killed."""
    done = subprocess.run(
        [sys.executable, str(script), str(home), fatal, *messages],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode == -signal.SIGKILL:
        return None
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_conversation_goes_on_in_another_process(script: Path, home: Path) -> None:
    assert talk(script, home, "What is it?", "Keep the left half")["width"] == 5
    second = talk(script, home, "What is it now?", "undo that", "And now?")
    assert second["answers"][0] == "6"
    assert (second["answers"][2], second["width"], second["unfinished"]) == ("11", 10, None)


def test_a_killed_process_loses_nothing_but_its_turn_and_that_can_be_finished(
    script: Path, home: Path
) -> None:
    assert talk(script, home, "Keep the left half", "What is it?", fatal="fatal") is None
    log = home / "log.txt"
    lines = ["plan Keep the left half", "plan What is the picture?", "cheap"]
    assert log.read_text().splitlines() == lines
    again = talk(script, home)
    assert again["unfinished"] == "What is it?"
    assert [said for said, _ in again["turns"]] == ["Keep the left half", "What is it?"]
    assert (again["turns"][1][1], again["width"]) == ("6", 5)
    # Neither was the program written again, nor did the step that had ended run again.
    assert log.read_text().splitlines() == lines


def test_an_answer_that_was_not_kept_yet_is_not_paid_for_again(script: Path, home: Path) -> None:
    assert talk(script, home, "Keep the left half", fatal="keeping") is None
    again = talk(script, home)
    assert again["unfinished"] == "Keep the left half"
    assert [said for said, _ in again["turns"]] == ["Keep the left half"]
    assert again["width"] == 5
    assert (home / "log.txt").read_text().splitlines() == ["plan Keep the left half"]
