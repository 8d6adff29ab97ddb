"""Runs inside the peers' environment: measures, and prints one JSON object."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

from rich.console import Console
from rich.progress import Progress

from .attacked import attacked
from .attacks import ATTACKS
from .executors import EXECUTORS
from .failing import failing
from .overhead import overhead


def main() -> None:
    """Measures overhead, attacks and failures."""
    # Before anything starts threads, as a bar that refreshes itself would: the attacks run in forks
    # of this process.
    with Progress(console=Console(stderr=True), transient=True, auto_refresh=False) as progress:
        task = progress.add_task("attacks", total=len(ATTACKS) * len(EXECUTORS))
        endings = attacked(lambda: progress.update(task, advance=1, refresh=True))
    report = {
        "smolagents": version("smolagents"),
        "seconds_a_step": overhead(),
        "attacks": endings,
        "failing": failing(),
    }
    json.dump(report, sys.stdout, indent=2)
    print()
