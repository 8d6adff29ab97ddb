"""A run that is killed goes on where it stopped: real processes, killed with SIGKILL."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from viscript.agent.runs import read_run

STEPS = 10
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")

SCRIPT = '''
"""Runs ten steps, each of which says in a log that its tool ran to its end."""

import json, os, signal, sys
from pathlib import Path
from types import MappingProxyType

from viscript import Image, Region, Toolbox, tool
from viscript.agent.runs import run_program
from viscript.tools.cache import Cache
from viscript.tools.profile import Profile
from viscript.tools.registry import Registry
from viscript.tools.values import Box, ImageLike

HOME = Path(sys.argv[1])
KILL_AT, MOMENT = int(sys.argv[2]), sys.argv[3]
LOG = HOME / "log.txt"


def worked(name: str) -> None:
    """Logs that a tool's body ends; the process dies at the given one, before or after."""
    number = len(LOG.read_text().splitlines()) + 1 if LOG.exists() else 1
    if (number, MOMENT) == (KILL_AT, "before"):
        os.kill(os.getpid(), signal.SIGKILL)
    with LOG.open("a") as log:
        log.write(name + "\\n")
    if (number, MOMENT) == (KILL_AT, "after"):
        os.kill(os.getpid(), signal.SIGKILL)


@tool(reads_pixels=True)
def spot(image: ImageLike, name: str) -> list[Region]:
    """Finds a region.

    Args:
        image: the picture.
        name: its label.
    """
    found = [Region(image, Box(1, 1, 5, 6), name)]
    worked(f"spot {name}")
    return found


@tool(reads_pixels=True, writes_image=True)
def brighten(image: ImageLike, by: float) -> Image:
    """Makes a picture brighter.

    Args:
        image: the picture.
        by: how much.
    """
    made = Image.from_array(image.pixels + int(by))
    worked(f"brighten {by}")
    return made


@tool()
def widths(regions: list[Region], factor: float) -> float:
    """Adds widths up.

    Args:
        regions: the regions.
        factor: multiplies the sum.
    """
    total = factor * sum(region.width for region in regions)
    worked(f"widths {factor}")
    return total


# Each step needs the one before, so that "the fourth step" is the same one every time.
PROGRAM = """
one = brighten(image, 1)
a = spot(one, "a")
w = widths(a, 1.5)
two = brighten(one, w)
b = spot(two, "b")
x = widths(b, w)
three = brighten(two, x)
c = spot(three, "c")
y = widths(c, x)
four = brighten(three, y)
answer = [w, x, y, four.width]
"""

toolbox = Toolbox(
    Profile("test", "", MappingProxyType({})),
    Registry.standard([spot, brighten, widths]),
    Cache(HOME / "cache"),
)
run = run_program(PROGRAM, [HOME / "photo.png"], toolbox, folder=HOME / "run")
print(json.dumps(run.to_json()))
'''


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("script") / "ten_steps.py"
    path.write_text(SCRIPT)
    return path


def run(script: Path, home: Path, kill_at: int = 0, moment: str = "never") -> Any:
    """What the run printed; None when it was killed."""
    done = subprocess.run(
        [sys.executable, str(script), str(home), str(kill_at), moment],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode == -signal.SIGKILL:
        return None
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def home_with_photo(folder: Path) -> Path:
    folder.mkdir()
    pixels = np.arange(8 * 9 * 3, dtype=np.uint8).reshape(8, 9, 3) // 4
    PIL.Image.fromarray(pixels).save(folder / "photo.png")
    return folder


@pytest.fixture(scope="module")
def undisturbed(script: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The run that nothing disturbs."""
    done = run(script, home_with_photo(tmp_path_factory.mktemp("undisturbed") / "home"))
    assert done["answer"] == [6.0, 24.0, 96.0, 9]
    return done


def traced(home: Path) -> list[int]:
    """The numbers of the steps in the trace."""
    lines = (home / "run" / "trace.jsonl").read_text().splitlines()
    return [json.loads(line)["step"] for line in lines]


@pytest.mark.parametrize("kill_at", range(1, STEPS + 1))
def test_a_run_killed_at_any_step_goes_on_where_it_was(
    kill_at: int, script: Path, undisturbed: Any, tmp_path: Path
) -> None:
    home = home_with_photo(tmp_path / "home")
    assert run(script, home, kill_at, "before") is None
    assert traced(home) == list(range(1, kill_at))
    resumed = run(script, home)
    assert resumed["answer"] == undisturbed["answer"]
    assert [step["cached"] for step in resumed["steps"]] == [
        step["number"] < kill_at for step in resumed["steps"]
    ]
    assert traced(home) == list(range(1, STEPS + 1))
    finished = (home / "log.txt").read_text().splitlines()
    assert len(finished) == len(set(finished)) == STEPS


def test_a_result_that_was_not_kept_when_the_process_died_is_made_again(
    script: Path, undisturbed: Any, tmp_path: Path
) -> None:
    home = home_with_photo(tmp_path / "home")
    assert run(script, home, 4, "after") is None
    assert traced(home) == [1, 2, 3]
    assert run(script, home)["answer"] == undisturbed["answer"]
    assert (home / "log.txt").read_text().splitlines().count("brighten 6.0") == 2


def test_the_folder_of_a_killed_run_says_so(script: Path, tmp_path: Path) -> None:
    home = home_with_photo(tmp_path / "home")
    run(script, home, 3, "before")
    recorded = read_run(home / "run")
    assert recorded.error is not None
    assert recorded.error.message == "the run did not finish"
    assert [step.tool for step in recorded.steps] == ["brighten", "spot"]
