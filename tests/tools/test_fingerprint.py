from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from viscript.tools.fingerprint import package_digest, source_digest
from viscript.tools.library.geometry import count

TOOL = """
def shout(text: str) -> str:
    return text.upper()
"""


def load(path: Path) -> Callable[..., Any]:
    spec = importlib.util.spec_from_file_location("made", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.shout


def test_a_changed_line_of_a_users_tool_changes_its_digest(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(TOOL)
    (tmp_path / "same.py").write_text(TOOL)
    (tmp_path / "other.py").write_text(TOOL.replace("upper", "lower"))
    one, same, other = (source_digest(load(tmp_path / f"{n}.py")) for n in ("one", "same", "other"))
    assert one == same
    assert one != other


def test_viscripts_own_tools_go_by_the_whole_package() -> None:
    assert source_digest(count) == package_digest()


def test_a_tool_that_was_typed_in_has_a_digest_too() -> None:
    program = (
        "from viscript.tools.fingerprint import source_digest\n"
        "def shout(text: str) -> str:\n    return text.{}()\nprint(source_digest(shout))"
    )
    upper, again, lower = (
        subprocess.run(
            [sys.executable, "-c", program.format(method)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for method in ("upper", "upper", "lower")
    )
    assert upper == again
    assert upper != lower
