"""Running programs: steps, limits, the run folder and its trace, replay, diff, the page."""

from .diff import RunDifference, StepDifference, diff
from .events import Event, StepEnded, StepStarted
from .execute import run_program
from .replay import Replay, replay
from .run import Run, RunError
from .step import Step, StepError
from .summary import read_run

__all__ = [
    "Event",
    "Replay",
    "Run",
    "RunDifference",
    "RunError",
    "Step",
    "StepDifference",
    "StepEnded",
    "StepError",
    "StepStarted",
    "diff",
    "read_run",
    "replay",
    "run_program",
]
