"""Running a recorded program again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...tools.errors import InputError
from ...tools.toolbox import Toolbox
from ...tools.values import Image
from .diff import RunDifference, diff
from .execute import run_program
from .run import Run
from .summary import read_run


@dataclass(frozen=True, slots=True)
class Replay:
    """A recorded run and the same program run now.

    Args:
        recorded: what the folder holds.
        run: what came out now; it is not recorded.
        difference: the one beside the other.
    """

    recorded: Run
    run: Run
    difference: RunDifference

    def to_json(self) -> dict[str, Any]:
        """The object that `viscript replay --json` prints: the difference, and the new answer."""
        return self.difference.to_json() | {
            "profiles": [self.recorded.profile, self.run.profile],
            "run": self.run.to_json(),
        }


def replay(folder: Path, toolbox: Toolbox, *, step_seconds: float = 120) -> Replay:
    """Runs the program of a folder on its pictures, and compares every step with its trace.

    With a toolbox that has no cache, every tool runs again.

    Raises:
        InputError: the folder holds no run, or its pictures are not what they were.
    """
    recorded = read_run(folder)
    for image in recorded.images:
        if _was_changed(image):
            raise InputError(
                f"{image.origin} in {folder} is not the picture that the run had",
                hint="run the program again on the picture",
            )
    run = run_program(
        recorded.program,
        recorded.images,
        toolbox,
        dialect="visprog" if recorded.dialect == "visprog" else "viscript",
        given=recorded.given,
        record=False,
        step_seconds=step_seconds,
    )
    return Replay(recorded, run, diff(recorded, run))


def _was_changed(image: Image) -> bool:
    """Whether the file's pixels are no longer those that its name tells."""
    return Image(image.size, image.origin, lambda: image.pixels).digest != image.digest
