"""Worked examples from runs: `viscript examples add RUN`."""

from __future__ import annotations

from pathlib import Path

from ...tools.errors import InputError
from ..graph.record import read_record
from ..runs.summary import read_run
from .examples import add_user_example
from .planner import Example


def add_example(run_folder: Path, why: str) -> Path:
    """Makes a run, of which its user thinks well, one of the user's worked examples.

    Args:
        run_folder: the folder of a run that was asked for in words.
        why: what the example teaches, in a sentence.

    Returns:
        The file that the example was added to.

    Raises:
        InputError: the run has no request or no answer, is in another dialect, or is an example
            already; or the file can't be written.
    """
    request = read_record(run_folder).request
    run = read_run(run_folder)
    if not run.ok:
        raise InputError("the run has no answer", hint="examples are of programs that worked")
    if run.dialect != "viscript":
        raise InputError(
            f"the program is in the dialect {run.dialect}", hint="examples are in viscript's own"
        )
    return add_user_example(Example(request, run.program, why))
