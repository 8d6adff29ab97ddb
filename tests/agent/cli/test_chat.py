"""`viscript chat`: through a pipe, as JSON, at a terminal, stopped, and gone on with."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from viscript.agent.planners import connect

Command = Callable[..., tuple[int, str, str]]
COUNT = "a = find(image, 'people')\nanswer = count(a)"
BLUR = "a = find(image, 'people')\nanswer = blur_background(image, a)"
PAGE = (Path(__file__).parents[3] / "docs" / "json.md").read_text("utf-8")


@pytest.fixture
def follow(scripted: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Makes the planner of the command follow a script."""

    def make(*script: Any) -> Any:
        planner = scripted(*script)

        def planner_from(name: str, **settings: Any) -> Any:
            return planner

        monkeypatch.setattr(connect, "planner_from", planner_from)
        return planner

    return make


def test_a_pipe_is_answered_line_by_line(viscript: Command, photo: Path, follow: Any) -> None:
    follow(COUNT, BLUR)
    said = "how many people are there?\nblur everything else\n/save out.png\nundo that\n"
    code, out, _ = viscript("chat", photo, stdin=said)
    assert code == 0
    assert "\x1b" not in out
    lines = out.splitlines()
    assert lines[0] == "> how many people are there?"
    assert "1" in lines
    assert "understood as: blur everything except the person  (person: a_1)" in lines
    assert 'undone: "blur everything else"; back to image 512x512 (astronaut.png)' in lines
    assert Path("out.png").exists()


def test_the_program_and_the_evidence_of_the_last_answer_are_shown(
    viscript: Command, photo: Path, follow: Any
) -> None:
    follow(COUNT)
    said = "how many people are there?\n/program\nwhy?\n"
    _, out, _ = viscript("chat", photo, stdin=said)
    program, why = out.split("> /program\n")[1].split("> why?\n")
    assert program == "".join(f"  | {line}\n" for line in COUNT.splitlines())
    assert "answered   1" in why
    assert re.search(r"rests on\n +1  find .*person", why)
    page = re.search(r"explained in (\S+rationale.html)", why)
    assert page is not None
    assert Path(page[1]).is_file()


def test_pictures_are_listed_added_and_chosen(
    viscript: Command, photo: Path, follow: Any, coffee: Any, tmp_path: Path
) -> None:
    coffee.save(tmp_path / "coffee.png")
    follow(COUNT)
    said = f"/image\n/image {tmp_path}/coffee.png\n/image 1\n/image all\n/image 7\n"
    code, out, err = viscript("chat", photo, stdin=said)
    parts = re.split(r"^> .*\n", out, flags=re.MULTILINE)[1:]
    assert parts[0] == "* 1 astronaut.png  512x512\n"
    assert parts[1] == "  1 astronaut.png  512x512\n* 2 coffee.png  600x400\n"
    assert parts[2] == "* 1 astronaut.png  512x512\n  2 coffee.png  600x400\n"
    assert parts[3] == "* 1 astronaut.png  512x512\n* 2 coffee.png  600x400\n"
    assert "there is no picture 7" in err
    assert code == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("/progam", "there is no command /progam (did you mean /program?)"),
        ("/xyzzy", "there is no command /xyzzy (/help lists them)"),
        ("/undo", "there is nothing to undo"),
        ("/program", "nothing was asked yet"),
        ("/save", "say where to"),
        ("/image nowhere.png", "there is no file"),
    ],
)
def test_what_a_command_can_not_do_is_said_and_the_conversation_goes_on(
    viscript: Command, photo: Path, follow: Any, said: str, why: str
) -> None:
    follow(COUNT)
    words = f"{said}\nhow many people are there?\n"
    code, out, err = viscript("chat", photo, stdin=words)
    assert why in err
    assert "\n1\n" in out
    assert code == 1


def test_no_file_is_replaced_without_asking(viscript: Command, photo: Path, follow: Any) -> None:
    follow(COUNT)
    before = photo.read_bytes()
    _, _, err = viscript("chat", photo, stdin=f"/save {photo}\n")
    assert "exists" in err
    assert photo.read_bytes() == before


def test_each_turn_is_one_documented_object(viscript: Command, photo: Path, follow: Any) -> None:
    follow(COUNT, BLUR)
    said = "blur them\nhow many people?\nblur everything else\n/program\nundo that\n/no\n"
    code, out, _ = viscript("chat", photo, "--json", stdin=said)
    turns = [json.loads(line) for line in out.splitlines()]
    kinds = ["question", "answer", "answer", "command", "undone", "error"]
    assert [one["kind"] for one in turns] == kinds
    section = PAGE.split("## `viscript chat`\n")[1].split("\n## ")[0]
    tables = re.split(r"^\| key \|.*\n\|---\|---\|\n", section, flags=re.MULTILINE)[1:]
    keys = [re.findall(r"^\| `(\w+)` \|", one, re.MULTILINE) for one in tables]
    assert all(list(one) == keys[0] for one in turns)
    assert list(turns[0]["pictures"][0]) == keys[1]
    assert (turns[1]["result"]["answer"], turns[1]["understood"]) == (1, None)
    assert turns[2]["understood"] == "blur everything except the person"
    assert [one["pictures"][0]["edits"] for one in turns] == [0, 0, 1, 1, 0, 0]
    assert turns[3]["text"].startswith("  | a = ")
    assert turns[5]["error"]["kind"] == "input"
    assert code == 1
    listed = json.loads(viscript("chat", "--threads", "--json")[1])
    assert list(listed["threads"][0]) == keys[2]


def test_conversations_are_listed_and_gone_on_with(
    viscript: Command, photo: Path, follow: Any
) -> None:
    assert "no conversations yet" in viscript("chat", "--threads")[1]
    code, _, err = viscript("chat", "--thread", "last")
    assert (code, "there is no conversation yet" in err) == (2, True)
    planner = follow(COUNT)
    chat = ("chat", "--thread", "holiday")
    viscript(*chat, photo, stdin="how many people are there?\n")
    listed = viscript("chat", "--threads")[1]
    assert listed == "holiday  astronaut.png, 1 turn  how many people are there?\n"
    _, out, _ = viscript(*chat[:-1], "last", stdin="and how many of them are sitting?\n")
    assert "understood as: how many of the people are sitting?  (people: a_1)" in out
    assert planner.tasks[-1].request == "how many of the people are sitting?"


def test_a_chat_without_pictures_says_what_is_missing(viscript: Command, follow: Any) -> None:
    follow(COUNT)
    code, _, err = viscript("chat")
    assert (code, "there is no picture" in err) == (2, True)


def test_it_talks_with_the_planner_that_comes_along(
    viscript: Command, photo: Path, base_model: Path
) -> None:
    said = "How many people are there?\nwhat color is she?\nblur everything else\nundo that\n"
    code, out, _ = viscript("chat", photo, stdin=said)
    assert code == 0
    assert "understood as: what color is the person?  (person: a_1)" in out
    assert "\norange\n" in out
    assert "understood as: blur everything except the person" in out
    assert 'undone: "blur everything else"' in out


def test_a_conversation_goes_on_with_the_profile_and_the_planner_that_it_had_last(
    viscript: Command, photo: Path, scripted: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def planner_from(name: str, **settings: Any) -> Any:
        planner = scripted(COUNT)
        planner.name, planner.made_with = name, settings
        asked.append((name, settings))
        return planner

    monkeypatch.setattr(connect, "planner_from", planner_from)
    (tmp_path / "mine.toml").write_text("extends = 'embedded'")
    first = ("--profile", "mine.toml", "--planner", "openai:some", "--temperature", "0.5")
    said = "how many people are there?\n"
    viscript("chat", "--thread", "talk", photo, *first, stdin=said)
    out = viscript("chat", "--thread", "talk", "--json", stdin=said)[1]
    assert json.loads(out)["result"]["profile"] == "mine"
    viscript("chat", "--thread", "talk", "--planner", "openai:other", stdin=said)
    viscript("chat", "--thread", "last", stdin=said)
    viscript("chat", "--thread", "new", photo, stdin=said)
    assert asked == [
        *[("openai:some", {"temperature": 0.5})] * 2,
        *[("openai:other", {})] * 2,
        ("embedded", {}),
    ]


SCRIPT = '''
"""viscript's command with a planner of its own, which may be slow, and a tool that costs money."""

import sys, time
from viscript import tool
from viscript.agent.cli.main import main
from viscript.agent.planners import connect
from viscript.agent.planners.planner import Plan
from viscript.tools import toolbox
from viscript.tools.registry import Registry
from viscript.tools.values import ImageLike


@tool(reads_pixels=True, costs_money=True)
def appraise(image: ImageLike) -> int:
    """Says what a picture is worth.

    Args:
        image: the picture.
    """
    return 42


registry = Registry.standard([appraise])
toolbox.Registry.standard = lambda *_: registry


class Planner:
    name, writes_cells, reads_examples = "scripted", False, False

    def plan(self, task, on_token=None):
        if "slow" in task.request:
            print("planning", flush=True)
            while True:
                on_token("")
        worth = "worth" in task.request
        return Plan("answer = appraise(image)" if worth else "answer = image.width")


connect.planner_from = lambda name, **settings: Planner()
sys.exit(main(sys.argv[1:]))
'''


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "talk.py"
    path.write_text(SCRIPT)
    return path


def test_ctrl_c_stops_the_turn_and_keeps_the_conversation(script: Path, photo: Path) -> None:
    command = [sys.executable, str(script), "chat", str(photo)]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, bufsize=1, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("be slow\n")
        assert any(line == "planning\n" for line in process.stdout)
        process.send_signal(signal.SIGINT)
        process.stdin.write("how wide is it?\n")
        out, err = process.communicate(timeout=60)
    assert "error: stopped (the conversation goes on)" in err
    assert "512" in out.splitlines()
    listed = subprocess.run(
        [sys.executable, str(script), "chat", "--threads", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    (thread,) = json.loads(listed.stdout)["threads"]
    assert (thread["turns"], thread["unfinished"]) == (["how wide is it?"], None)


def test_without_a_person_to_ask_a_turn_waits_for_one_who_agrees(script: Path, photo: Path) -> None:
    command = [sys.executable, str(script), "chat", "--thread", "one"]

    def talk(*words: str, said: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *words], input=said, capture_output=True, text=True, check=False
        )

    asked = talk(str(photo), said="what is it worth?\n")
    assert asked.returncode == 1
    assert "the program calls appraise (a call may be charged for)" in asked.stderr
    assert "viscript chat --thread one --yes" in asked.stderr
    agreed = talk("--yes", said="")
    assert 'going on with "what is it worth?"' in agreed.stderr
    assert "42" in agreed.stdout.splitlines()
    assert talk(said="how wide is it?\n").stdout.splitlines().count("512") == 1


@pytest.fixture
def terminal(script: Path, photo: Path) -> Iterator[Callable[..., str]]:
    """A command at a real terminal; writes something and returns what is shown until a text."""
    spawn = [sys.executable, "-c", "import pty, sys; pty.spawn(sys.argv[1:])"]
    command = [*spawn, sys.executable, str(script), "chat", str(photo)]
    shown = bytearray()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        incoming, outgoing = process.stdout.fileno(), process.stdin.fileno()

        def say(words: str, until: str) -> str:
            os.write(outgoing, words.encode())
            deadline = time.monotonic() + 60
            while until.encode() not in shown:
                ready = select.select([incoming], [], [], max(deadline - time.monotonic(), 0))[0]
                assert ready, shown
                shown.extend(os.read(incoming, 4096))
            end = shown.index(until.encode()) + len(until)
            text = shown[:end].decode()
            del shown[:end]
            return text

        yield say
        process.kill()


def test_at_a_terminal_there_are_a_prompt_a_history_and_a_way_out(
    terminal: Callable[..., str],
) -> None:
    greeting = terminal("", "> ")
    assert "about astronaut.png; /help shows the commands" in greeting
    assert "\x1b[" in terminal("how wide is it?\n", "512")
    terminal("", "> ")
    # The arrow key brings the last message back.
    assert "how wide is it?" in terminal("\x1b[A", "how wide is it?")
    terminal("\n", "rationale.html")
    terminal("", "> ")
    terminal("/save astronaut.png\n", "Replace it? [y/N]: ")
    terminal("n\n", "not saved")
    terminal("be slow\n", "planning")
    assert "stopped" in terminal("\x03", "stopped")
    terminal("", "> ")
    assert "a call may be charged for" in terminal("what is it worth?\n", "[y/N]: ")
    assert "\x1b[1m42" in terminal("y\n", "rationale.html")
    terminal("", "> ")
    assert "go on with: viscript chat --thread" in terminal("\x04", "--thread")
