from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from viscript import Image

ROOT = Path(__file__).parent.parent
RECIPE = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("## Add a tool in ten minutes")[1]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", RECIPE, re.DOTALL | re.MULTILINE)


def copy_package(target: Path) -> None:
    """The package's files that git knows or would add."""
    parts = ["__init__.py", "agent", "tools"]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *parts],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            place = target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, place)


def test_adding_a_tool_works_to_the_letter(tmp_path: Path, astronaut: Image) -> None:
    copy_package(tmp_path / "viscript")
    shutil.copyfile(ROOT / "tests" / "conftest.py", tmp_path / "conftest.py")
    astronaut.save(tmp_path / "photo.png")
    environment = os.environ | {
        "PYTHONPATH": str(tmp_path),
        "VISCRIPT_HOME": str(tmp_path / "home"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    printed: list[str] = []
    for language, text in BLOCKS:
        if language == "console":
            for line in text.splitlines():
                done = subprocess.run(
                    line.split(),
                    cwd=tmp_path,
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert done.returncode == 0, done.stdout + done.stderr
                printed.append(done.stdout)
        else:
            named = re.match(r"# ([\w./]+)\n", text)
            assert named is not None, f"this block does not say its file: {text[:60]}"
            (tmp_path / named[1]).write_text(text, "utf-8")
    assert printed[0] == "True\nTrue\n"
    assert "1 passed" in printed[1]


def test_the_recipe_has_a_tool_its_use_a_backend_a_profile_and_a_test() -> None:
    files = re.findall(r"^# ([\w./]+)$", RECIPE, re.MULTILINE)
    assert files == [
        "sharpness.py",
        "use_it.py",
        "focus.py",
        "viscript/tools/backends/contrast.py",
        "focus.toml",
        "test_focus.py",
    ]


@pytest.mark.parametrize(
    "folder",
    re.findall(r"^\| `(\S+/)` \|", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE),
)
def test_each_folder_that_is_described_exists(folder: str) -> None:
    assert (ROOT / folder).is_dir()
