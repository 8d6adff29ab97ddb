from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript import Image, NotOfferedError, read_image
from viscript.agent.cli.main import main
from viscript.agent.runs import read_run

Command = Callable[..., tuple[int, str, str]]

START = "import sys; from viscript.agent.cli.main import main; sys.exit(main())"
PEOPLE = 'people = find(image, "person")\nanswer = f"{count(people)} person"'


def test_steps_answer_and_page_are_shown(viscript: Command, photo: Path) -> None:
    Path("people.viscript").write_text(PEOPLE)
    code, out, err = viscript("run", "people.viscript", photo)
    assert (code, err) == (0, "")
    find, count, _, answer, page = out.splitlines()
    assert find.split()[:4] == ["1", "find", "line", "1"]
    assert count.split()[:4] == ["2", "count", "line", "2"]
    assert answer == "1 person"
    assert Path(page.split("explained in ")[1]).is_file()


@pytest.mark.parametrize("words", [["-", "{photo}"], ["-e", PEOPLE, "{photo}"]])
def test_a_program_comes_from_standard_input_or_the_command(
    viscript: Command, photo: Path, words: list[str]
) -> None:
    filled = [word.replace("{photo}", str(photo)) for word in words]
    code, out, _ = viscript("run", *filled, "--json", stdin=PEOPLE)
    assert code == 0
    assert json.loads(out)["answer"] == "1 person"


def test_the_second_run_takes_its_steps_from_the_cache(viscript: Command, photo: Path) -> None:
    words = ("run", "-e", PEOPLE, photo, "--json")
    cached = [
        [step["cached"] for step in json.loads(viscript(*one)[1])["steps"] if step["backend"]]
        for one in (words, words, (*words, "--no-cache"))
    ]
    assert cached == [[False], [True], [False]]


def test_an_edited_picture_is_kept_with_the_run_and_saved_on_request(
    viscript: Command, photo: Path, astronaut: Image
) -> None:
    program = 'answer = crop(image, half(image, "top"))'
    code, out, _ = viscript("run", "-e", program, photo, "--json", "--output", "top.png")
    data = json.loads(out)
    assert code == 0
    assert data["output"] == str(Path("top.png").absolute())
    top = Image.from_array(astronaut.pixels[:256])
    assert read_image("top.png") == top
    assert read_image(data["answer"]["path"]) == top
    code, out, err = viscript("run", "-e", program, photo, "--output", "top.png")
    assert (code, out) == (2, "")
    assert "top.png exists" in err
    assert viscript("run", "-e", program, photo, "--output", "top.png", "--force")[0] == 0


def test_an_answer_that_is_no_picture_is_not_saved(viscript: Command, photo: Path) -> None:
    code, _, err = viscript("run", "-e", "answer = 1", photo, "--output", "number.png")
    assert code == 0
    assert "nothing was saved in number.png" in err
    assert not Path("number.png").exists()


def test_runs_are_kept_where_the_user_wants_them(viscript: Command, photo: Path) -> None:
    _, out, _ = viscript("run", "-e", PEOPLE, photo, "--json", "--runs", "mine")
    assert Path(json.loads(out)["run"]).parent.samefile("mine")


def test_a_program_that_does_not_check_runs_nothing(viscript: Command, photo: Path) -> None:
    code, _, err = viscript("run", "-e", 'answer = fnd(image, "dog")', photo)
    assert code == 1
    assert "did you mean find?" in err
    assert "          ^^^" in err
    data = json.loads(viscript("run", "-e", 'answer = fnd(image, "dog")', photo, "--json")[1])
    assert data["answer"] is None
    assert data["steps"] == []
    assert data["error"]["kind"] == "program"
    assert [one["code"] for one in data["diagnostics"]] == ["unknown-tool"]


def test_a_failed_step_is_named_with_its_line(viscript: Command, photo: Path) -> None:
    code, _, err = viscript("run", "-e", 'answer = count(find(image, "unicorn"))', photo)
    assert code == 1
    assert "step 1 (find, line 1): this profile can't recognise 'unicorn'" in err
    assert 'answer = count(find(image, "unicorn"))' in err


def test_what_fails_while_a_program_runs_is_underlined(viscript: Command, photo: Path) -> None:
    code, _, err = viscript("run", "-e", 'answer = find(image, "bicycle")[0].label', photo)
    assert code == 1
    assert "line 1, column 10: error: there is no item 0" in err
    assert "^^^" in err


def test_labels_and_text_cannot_steer_the_terminal(viscript: Command, photo: Path) -> None:
    program = 'answer = "\\x1b[2Jcleared [bold]"'
    _, out, _ = viscript("run", "-e", program, photo)
    assert "\x1b" not in out
    assert r"\x1b[2Jcleared [bold]" in out


def test_a_run_that_takes_too_long_is_stopped(viscript: Command, photo: Path) -> None:
    code, out, _ = viscript("run", "-e", PEOPLE, photo, "--timeout", "0", "--json")
    data = json.loads(out)
    assert code == 1
    assert "0 seconds" in data["error"]["message"]


@pytest.mark.parametrize("seconds", ["1e10", "1e300", "inf"])
def test_a_run_may_take_longer_than_the_clock_tells(
    viscript: Command, photo: Path, seconds: str
) -> None:
    words = ("--timeout", seconds, "--step-timeout", seconds)
    code, out, err = viscript("run", "-e", PEOPLE, photo, *words)
    assert (code, err) == (0, "")
    assert "1 person" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "-e", "answer = 1", "missing.jpg"], "there is no file missing.jpg"),
        (["run", "missing.viscript", "astronaut.png"], "there is no file missing.viscript"),
        (["run", "astronaut.png"], "astronaut.png is too large"),
        (["run", "-e", "answer = 1", "--profile", "nowhere"], "there is no profile 'nowhere'"),
        (["run", "-e", "answer = 1", "--timeout", "soon"], "--timeout"),
        (["run", "-e", "answer = 1", "--timeout", "nan"], "greater than or equal to 0"),
        (["run", "-e", "answer = 1", "--step-timeout", "nan"], "greater than or equal to 0"),
        (["run", "-e", "answer = 1", "--dialect", "perl"], "--dialect"),
    ],
)
def test_wrong_input_is_one_line(
    viscript: Command, photo: Path, words: list[str], message: str
) -> None:
    code, out, err = viscript(*words)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_debug_shows_where_a_failed_step_came_from(photo: Path) -> None:
    with pytest.raises(NotOfferedError, match="unicorn"):
        main(["run", "-e", 'answer = find(image, "unicorn")', str(photo), "--debug"])


def test_a_run_goes_on_when_nobody_reads_its_steps(photo: Path, tmp_path: Path) -> None:
    words = ["run", "-e", PEOPLE, str(photo), "--runs", "runs"]
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        command = [sys.executable, "-c", START, *words]
        done = subprocess.run(command, stdout=gone, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    [folder] = (tmp_path / "runs").iterdir()
    assert read_run(folder).answer == "1 person"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
def test_ctrl_c_stops_the_run_and_keeps_what_is_done(photo: Path, tmp_path: Path) -> None:
    program = """answer = 0
for i in range(400):
    answer += count(find(crop(image, half(image, "top"), 1 + i / 999), "person"))
"""
    words = ["run", "-e", program, str(photo), "--json", "--runs", "runs"]
    command = [sys.executable, "-c", START, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        _wait_until_a_step_is_done(tmp_path / "runs")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    data = json.loads(out)
    assert process.returncode == 130, err
    assert data["error"]["kind"] == "cancelled"
    assert data["steps"]
    assert (Path(data["run"]) / "rationale.html").is_file()
    assert b"Traceback" not in err


def _wait_until_a_step_is_done(runs: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if any(path.stat().st_size for path in runs.glob("*/trace.jsonl")):
            return
        os.sched_yield()
    raise AssertionError("no step was done in 30 seconds")
