"""Where evaluations are kept: logs, and the runs that they refer to."""

from __future__ import annotations

from pathlib import Path

from ..tools.folders import runs_folder


def evaluations_folder() -> Path:
    """The user's own place, beside that of other runs."""
    return runs_folder().parent / "evaluations"
