from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a wheel built from a copy of the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in files:
        if (ROOT / name).is_file():
            target = sources / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
    subprocess.run([*command, "-w", str(folder), str(sources)], check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return archive.namelist()


def package_files() -> list[Path]:
    """Every file that the package needs at run time, relative to the root."""
    rooms = ("agent", "tools", "prompts", "eval")
    found = (path for room in rooms for path in (ROOT / room).rglob("*") if path.is_file())
    return [path.relative_to(ROOT) for path in found if "__pycache__" not in path.parts]


def test_the_wheel_holds_every_file_of_the_package(wheel: list[str]) -> None:
    missing = [name for name in package_files() if f"viscript/{name.as_posix()}" not in wheel]
    assert missing == []
    assert "viscript/__init__.py" in wheel
    assert "viscript/py.typed" in wheel


def test_the_wheel_holds_nothing_else(wheel: list[str]) -> None:
    inside = {name.split("/")[1] for name in wheel if name.startswith("viscript/")}
    modules = {"__init__.py", "__main__.py", "py.typed"}
    assert inside == {*modules, "agent", "tools", "prompts", "eval"}
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {"viscript"}
