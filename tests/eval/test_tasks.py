"""The suites as inspect's tasks."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from viscript.eval.suites import MODULES, suite_named


def test_inspect_finds_the_tasks_by_the_package() -> None:
    (entry,) = entry_points(group="inspect_ai", name="viscript")
    assert set(entry.load().TASKS) == set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_a_suite_has_the_name_that_it_is_listed_under(name: str) -> None:
    assert suite_named(name).name == name


def test_help_needs_neither_the_harness_nor_the_models() -> None:
    heavy = "'inspect_ai', 'numpy', 'rich', 'langgraph'"
    code = (
        "import sys; from viscript.__main__ import main; main(['eval', '--help'])\n"
        f"print([name for name in ({heavy}) if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "easy-vqa" in done.stdout
