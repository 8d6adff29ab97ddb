"""What the disk can do to a request: an unwritable place, and no room."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.agent.agent import Agent

AgentOf = Callable[..., Agent]


@pytest.mark.parametrize("place", ["runs", "threads"])
def test_a_place_that_can_not_be_written_is_one_line(
    agent_of: AgentOf, scripted: Any, cat: Image, tmp_path: Path, place: str
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    agent = agent_of(scripted("answer = image.width"), **{place: blocked / "inside"})
    with pytest.raises(InputError, match="can't be kept in") as error:
        agent.ask(cat, "How wide?")
    assert "\n" not in str(error.value)
    assert "Not a directory" in str(error.value)


SCRIPT = """
import resource, sys
from pathlib import Path
from types import MappingProxyType
from viscript import InputError, Toolbox
from viscript.agent.agent import Agent
from viscript.agent.planners.planner import Plan
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry

HOME, LIMIT = Path(sys.argv[1]), int(sys.argv[2])


class Planner:
    name, writes_cells, reads_examples = "scripted", False, False

    def plan(self, task, on_token=None):
        return Plan("answer = image.width")


toolbox = Toolbox(Profile("test", "", MappingProxyType({})), Registry.standard(), None)
agent = Agent(toolbox, Planner(), runs=HOME / "runs", threads=HOME / "threads")
list(agent.stream(HOME / "photo.png", "How wide?"))
# From here on no file may grow beyond the limit, as on a disk that is full.
resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))
try:
    agent.ask(HOME / "photo.png", "How wide?")
except InputError as error:
    print(f"refused: {error}")
else:
    print("answered")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limits on this system")
@pytest.mark.parametrize("limit", [0, 5_000, 50_000])
def test_a_full_disk_is_one_line(cat: Image, tmp_path: Path, limit: int) -> None:
    cat.save(tmp_path / "photo.png")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(limit)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert "can't be kept in" in line, line
