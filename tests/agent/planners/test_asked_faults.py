"""What a person sees of a planner's faults: the command, the whole graph, and a real server."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from viscript import Image
from viscript.agent.cli.main import main
from viscript.agent.planners import chat_model

from .chat_server import Answer, Handler, Script, error, hung_up, served, stream

PROGRAM = "answer = image.width"
GOOD = stream(f"```viscript\n{PROGRAM}\n```")
WIDTH = 451
REQUEST = "How wide is it?"

Ask = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def script() -> Iterator[Script]:
    """A server with a script that a test fills in."""
    with served() as played:
        yield played


@pytest.fixture
def ask(
    script: Script,
    cat: Image,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ask:
    """Asks, or goes on; returns the exit code, the object that was printed, and the errors."""
    monkeypatch.setattr(chat_model, "FIRST_WAIT", 0.0)
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    photo = cat.save(tmp_path / "cat.png")

    def run(*answers: Answer, resume: str = "") -> tuple[int, dict[str, Any], str]:
        script.answers.extend(answers)
        words = ["--resume", resume] if resume else [str(photo), REQUEST]
        planner = ["--planner", "openai:tiny", "--base-url", script.url]
        code = main(["ask", *words, *planner, "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out), err

    return run


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(f"```viscript\n{PROGRAM}\n", id="an unclosed fence"),
        pytest.param(
            f"```\nanswer = 1\n```\nor\n```\nanswer = 2\n```\nbest:\n```\n{PROGRAM}\n```",
            id="three programs",
        ),
        pytest.param(f"이 프로그램입니다:\n```\n{PROGRAM}\n```\n감사합니다.", id="Korean"),
        pytest.param(f"```viscript\n{PROGRAM}\n```\n" + "word " * 20_000, id="100 kB after it"),
    ],
)
def test_a_clumsy_reply_is_answered_at_once(ask: Ask, script: Script, reply: str) -> None:
    code, data, _ = ask(stream(reply))
    assert (code, data["answer"], len(script.requests)) == (0, WIDTH, 1)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        pytest.param("It is 451 pixels wide.", "answered with prose", id="prose"),
        pytest.param('```json\n{"width": 451}\n```', "in another language", id="JSON"),
        pytest.param("SELECT width FROM images;", "answered with prose", id="SQL"),
        pytest.param("word " * 25_000, "longer than 100000 characters", id="100 kB"),
        pytest.param("", "is empty", id="nothing"),
        pytest.param("```viscript\nanswer = widht\n```", "widht", id="a wrong name"),
    ],
)
def test_a_reply_without_a_right_program_is_repaired_and_its_fault_is_told(
    ask: Ask, script: Script, reply: str, why: str
) -> None:
    code, data, err = ask(stream(reply), GOOD)
    assert (code, data["answer"], len(script.requests)) == (0, WIDTH, 2)
    assert why in err
    assert data["usage"]["calls"] == 2
    # The model reads why, as data, and not its own prose again.
    told = script.requests[1]["messages"][-1]["content"]
    assert "<data>" in told
    assert len(json.dumps(script.requests[1])) < len(json.dumps(script.requests[0])) + 4_000


def test_a_model_that_refuses_is_asked_no_more_than_the_limit_and_quoted(
    ask: Ask, script: Script
) -> None:
    refusal = stream("I can't help with that.", "content_filter")
    code, data, err = ask(*[refusal] * 4)
    assert (code, data["answer"], len(script.requests)) == (1, None, 4)
    assert "no program could be made for the request in 4 tries" in data["error"]["message"]
    assert "refused the request: I can't help with that" in err


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(error(429, "slow down", retry_after="0"), id="rate-limited"),
        pytest.param(error(500, "oops"), id="500"),
        pytest.param(hung_up, id="hung up"),
    ],
)
def test_a_fault_that_passes_is_waited_out(ask: Ask, script: Script, fault: Answer) -> None:
    code, data, err = ask(fault, fault, GOOD)
    assert (code, data["answer"], len(script.requests), err) == (0, WIDTH, 3, "")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param(error(429, "quota"), "is called too often", id="rate-limited"),
        pytest.param(error(503, "loading"), "has a fault of its own", id="503"),
        pytest.param(hung_up, "can't be reached", id="unreachable"),
        pytest.param(error(401, "no"), "did not accept the API key", id="401"),
    ],
)
def test_a_request_whose_planner_can_not_be_had_is_kept_and_goes_on(
    ask: Ask, script: Script, fault: Answer, words: str
) -> None:
    code, data, err = ask(*[fault] * 3)
    assert code == 2
    assert words in data["error"]["message"]
    thread = re.search(r"--resume (\S+)", err)
    assert thread is not None
    script.answers.clear()
    script.requests.clear()
    code, data, _ = ask(GOOD, resume=thread[1])
    assert (code, data["answer"], data["usage"]["calls"]) == (0, WIDTH, 1)


def test_when_it_fails_after_a_program_that_was_paid_only_the_next_one_is_paid(
    ask: Ask, script: Script
) -> None:
    wrong = stream("```viscript\nanswer = widht\n```")
    code, _, err = ask(wrong, *[error(503, "loading")] * 3)
    assert code == 2
    thread = re.search(r"--resume (\S+)", err)
    assert thread is not None
    script.answers.clear()
    script.requests.clear()
    code, data, _ = ask(GOOD, resume=thread[1])
    assert (code, data["answer"], len(script.requests)) == (0, WIDTH, 1)
    assert [one["source"].strip() for one in data["attempts"]] == ["answer = widht", PROGRAM]
    assert data["usage"]["calls"] == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ on this system")
def test_ctrl_c_ends_a_request_whose_model_says_nothing_and_the_process(
    script: Script, cat: Image, tmp_path: Path
) -> None:
    asked = threading.Event()

    def silent(handler: Handler) -> None:
        asked.set()
        handler.script.over.wait(300)

    script.answers.append(silent)
    photo = cat.save(tmp_path / "cat.png")
    planner = ["--planner", "openai:tiny", "--base-url", script.url]
    command = [sys.executable, "-m", "viscript", "ask", str(photo), REQUEST, *planner]
    environment = os.environ | {"VISCRIPT_HOME": str(tmp_path / "home")}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert asked.wait(120)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130, said
    assert "go on with: viscript ask --resume" in said
