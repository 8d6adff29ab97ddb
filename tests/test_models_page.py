"""`docs/models.md`, followed to the letter."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from viscript.tools.profile import load_profile

from .test_contributing import ROOT, copy_package

PAGE = (ROOT / "docs" / "models.md").read_text("utf-8")
RECIPE = PAGE.split("## Write a backend")[1]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", RECIPE, re.DOTALL | re.MULTILINE)


def test_writing_a_backend_works_to_the_letter(tmp_path: Path) -> None:
    copy_package(tmp_path / "viscript")
    shutil.copyfile(ROOT / "tests" / "conftest.py", tmp_path / "conftest.py")
    environment = os.environ | {
        "PYTHONPATH": str(tmp_path),
        "VISCRIPT_HOME": str(tmp_path / "home"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    printed: list[str] = []
    for language, text in BLOCKS:
        if language == "console":
            done = subprocess.run(
                text.split(),
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            printed.append(done.stdout)
        else:
            named = re.match(r"# ([\w./-]+)\n", text)
            assert named is not None, f"this block does not say its file: {text[:60]}"
            path = tmp_path / named[1]
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
    assert "1 passed" in printed[0]


def test_the_page_says_what_each_tool_gains_by_the_profile_hub() -> None:
    gains = PAGE.split("What `hub` gains over `embedded`:")[1].split("`remote` gains")[0]
    cells = re.findall(r"^\| (`.*?) \|", gains, re.MULTILINE)
    named = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    hub, embedded = load_profile("hub").tools, load_profile("embedded").tools
    assert sorted(named) == sorted(tool for tool in hub if hub[tool] != embedded.get(tool))


def test_the_commands_of_the_page_exist() -> None:
    from viscript.agent.cli.models import app

    named = set(re.findall(r"^\| `viscript models (\w+)", PAGE, re.MULTILINE))
    there = {one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands}
    assert named == there
