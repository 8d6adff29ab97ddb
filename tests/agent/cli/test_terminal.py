from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.agent.cli.terminal import Terminal, visible

HOSTILE = "\x1b[31mred\x1b]8;;http://x\x07\x9b2J\u202egnp.exe\rback [bold]markup[/bold] :smile:"


@given(st.text())
def test_visible_text_has_no_character_that_steers_a_terminal(text: str) -> None:
    assert all(char.isprintable() or char in "\n\t" for char in visible(text))


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"], codec="utf-8")))
def test_letters_digits_and_punctuation_stay_as_they_are(text: str) -> None:
    plain = "".join(char for char in text if char.isprintable())
    assert visible(plain) == plain


def test_hostile_text_is_written_out_wherever_it_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal = Terminal()
    terminal.line("label: ", (HOSTILE, "bold"))
    terminal.table(["text"], [[HOSTILE]])
    terminal.error(HOSTILE)
    terminal.note(HOSTILE)
    out, err = capsys.readouterr()
    for printed in (out, err):
        assert not set(printed) & set("\x1b\x9b\x07\r\u202e")
        assert printed.count(r"\x1b[31mred") == 2
        assert printed.count("[bold]markup[/bold] :smile:") == 2


def test_json_mode_prints_only_the_object_and_only_ascii(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal = Terminal(as_json=True)
    terminal.line("a line")
    terminal.table(["a"], [["table"]])
    terminal.json({"text": HOSTILE, "name": "é你"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"text": HOSTILE, "name": "é你"}
    assert out.isascii()
    assert "\x1b" not in out


def test_what_a_library_prints_in_json_mode_goes_to_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Terminal(as_json=True).working():
        print("chatter")  # noqa: T201
    out, err = capsys.readouterr()
    assert (out, err) == ("", "chatter\n")


def test_a_long_line_is_not_broken_when_it_is_piped(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().line("word " * 200)
    assert capsys.readouterr().out.count("\n") == 1


def test_a_line_that_may_be_cut_takes_one_line_of_the_terminal() -> None:
    program = (
        "from viscript.agent.cli.terminal import Terminal\n"
        "Terminal().line('start ', 'word ' * 90, cut=True)\n"
        "Terminal().line('end')\n"
    )
    spawn = "import pty, sys; pty.spawn(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", spawn, sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"COLUMNS": "60", "TERM": "xterm"},
    )
    first, last = done.stdout.splitlines()
    # The terminal echoes the end of its input before the line.
    first = first[first.index("start") :]
    assert (len(first) <= 60, first.endswith("…"), last) == (True, True, "end")
