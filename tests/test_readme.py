from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest
from viscript import ModelError
from viscript.agent.planners.embedded.model import base_path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
PHOTO = ROOT / "agent" / "demo" / "astronaut.jpg"
SET_UP = (
    *("git clone", "make ", ".venv/bin/pip install", "cd ", "viscript models pull"),
    *("source ", "cp agent/demo/"),
)
"""Commands that set a machine up: the tests themselves run after them."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the README speaks of."""
    shutil.copyfile(PHOTO, tmp_path / "photo.jpg")
    for block in blocks("python", "toml", "text"):
        named = re.match(r"# (\w+\.\w+)\n", block)
        if named:
            (tmp_path / named[1]).write_text(block, "utf-8")
    return tmp_path


def blocks(*languages: str) -> list[str]:
    return [text for language, text in BLOCKS if language in languages]


def seat_planner(folder: Path) -> None:
    """Gives the folder's user the planner's base model that this machine's user has."""
    try:
        fetched = base_path()
    except ModelError as error:
        pytest.skip(str(error))
    models = folder / "home" / "models"
    models.mkdir(parents=True, exist_ok=True)
    if not (models / fetched.name).is_symlink():
        (models / fetched.name).symlink_to(fetched)


def run(command: list[str] | str, folder: Path) -> str:
    environment = os.environ | {
        "VISCRIPT_HOME": str(folder / "home"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "COLUMNS": "100",
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        shell=isinstance(command, str),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


STEP = re.compile(r"^ +\d+  [a-z_]+ +line \d+ ")


def settled(text: str) -> list[str]:
    """Output without what differs from run to run: times, run folders, which step ends first."""
    text = re.sub(r"\S*/runs/[\w-]+", "RUN", text)
    text = re.sub(r" +(\d+\.\d\d s|cached) ", " TIME ", text)
    text = re.sub(r"^\d+\.\d\d s,", "TIME,", text, flags=re.MULTILINE)
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    groups = groupby(lines, lambda line: STEP.match(line) is not None)
    return [line for steps, group in groups for line in (sorted(group) if steps else group)]


@pytest.mark.parametrize("text", blocks("console"))
def test_every_command_prints_what_the_readme_shows(text: str, folder: Path) -> None:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        while command.endswith("\\"):
            more, _, shown = shown.partition("\n")
            command = f"{command}\n{more}"
        if command.startswith(SET_UP):
            continue
        if re.search(r"\bviscript (?:ask|chat|demo|eval)\b", command):
            seat_planner(folder)
        printed = run(command, folder)
        if shown.strip():
            assert settled(printed) == settled(shown)


@pytest.mark.parametrize("text", blocks("python"))
def test_every_python_snippet_runs(text: str, folder: Path) -> None:
    if "Agent" in text:
        seat_planner(folder)
    script = folder / "snippet.py"
    script.write_text(text, "utf-8")
    run([sys.executable, str(script)], folder)


def test_every_target_that_the_readme_names_is_in_the_makefile() -> None:
    named = set(re.findall(r"^\$? ?make (\w+)", README, re.MULTILINE))
    assert {"demo", "test"} <= named
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)


def test_every_link_within_the_project_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#[\w-]+)?\)", README) + re.findall(
        r'src="([^"]+)"', README
    )
    assert links
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_run_folders_are_shown_where_they_are() -> None:
    shown = re.findall(r"\S*/runs/[\w-]+", README)
    assert shown
    assert all(one.startswith("~/.local/share/viscript/runs/") for one in shown)
