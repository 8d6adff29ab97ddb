from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript import InputError
from viscript.agent.cli.main import main

Command = Callable[..., tuple[int, str, str]]

HEAVY = ("numpy", "PIL", "cv2", "torch", "onnxruntime", "pydantic", "rich", "jinja2", "blake3")
START = "import sys; from viscript.agent.cli.main import main; sys.exit(main(sys.argv[1:]))"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from viscript.agent.cli.main import main; main(['--help'])\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Check a program without running it." in done.stdout


COMMANDS = ("run", "check", "tools", "tool", "show", "replay", "diff", "cache", "models", "demo")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_has_an_example(viscript: Command, command: str) -> None:
    code, out, err = viscript(command, "--help")
    if command in ("cache", "models"):
        code, out, err = viscript(command, {"cache": "info", "models": "pull"}[command], "--help")
    assert (code, err) == (0, "")
    assert f"viscript {command}" in out.split("Example", 1)[1]


def test_without_words_the_help_is_shown(viscript: Command) -> None:
    assert viscript() == viscript("--help")


def test_the_version_is_shown(viscript: Command) -> None:
    code, out, _ = viscript("--version")
    assert code == 0
    assert out.startswith("viscript 0.")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["run", "--nonsense"], "No such option: --nonsense"),
        (["run"], "give one program"),
        (["check", "missing.viscript"], "there is no file missing.viscript"),
        (["tools", "--profile", "nowhere"], "there is no profile 'nowhere'"),
        (["tools", "fnd"], "there is no tool 'fnd' (did you mean find?)"),
        (["tool", "fnd"], "there is no tool 'fnd' (did you mean find?)"),
        (["tool"], "Missing command"),
        (["tool", "find", "missing.jpg", "dog"], "there is no file missing.jpg"),
        (["show", "last"], "there are no runs in"),
        (["show", "x" * 5000], "there are no runs in"),
        (["check", "-e", "answer = 1", "--images", "x"], "--images"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(
    viscript: Command, words: list[str], message: str
) -> None:
    code, out, err = viscript(*words)
    assert (code, out) == (2, "")
    assert message in err
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_in_json_mode_an_error_is_an_object_too(viscript: Command) -> None:
    code, out, err = viscript("tools", "--profile", "nowhere", "--json")
    assert code == 2
    error = json.loads(out)["error"]
    assert error["kind"] == "input"
    assert error["message"] == "there is no profile 'nowhere'"
    assert "embedded" in error["hint"]
    assert err.count("\n") == 1


def test_debug_lets_the_error_through_wherever_it_stands() -> None:
    for words in (["--debug", "tools", "--profile", "no"], ["tools", "--profile", "no", "--debug"]):
        with pytest.raises(InputError):
            main(words)


def test_a_file_name_cannot_steer_the_terminal(viscript: Command) -> None:
    _, _, err = viscript("check", "\x1b[2Jcleared")
    assert "\x1b" not in err
    assert "cleared" in err


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["tools"],
        ["tools", "--json"],
        ["check", "-e", "answer = 1"],
        ["run", "-e", "answer = len(images)", "--json"],
    ],
)
def test_a_reader_that_goes_away_is_no_error(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        command = [sys.executable, "-c", START, *words]
        done = subprocess.run(command, stdout=gone, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals here")
def test_colours_are_for_terminals_only(tmp_path: Path) -> None:
    words = [sys.executable, "-c", START, "tools", "--profile", "nowhere"]
    plain = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
    assert b"\x1b[1;31merror: " in _in_terminal(words, plain | {"TERM": "xterm"})
    assert b"\x1b[31m" not in _in_terminal(words, plain | {"TERM": "xterm", "NO_COLOR": "1"})
    piped = subprocess.run(words, env=plain, capture_output=True, check=False)
    assert b"\x1b" not in piped.stderr


def _in_terminal(words: list[str], environment: dict[str, str]) -> bytes:
    """What a command prints to a terminal."""
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen(words, stdout=theirs, stderr=theirs, env=environment):
        os.close(theirs)
        printed = b""
        # Linux reports the end of a terminal as an error.
        try:
            while block := os.read(ours, 4096):
                printed += block
        except OSError:
            pass
    os.close(ours)
    return printed
