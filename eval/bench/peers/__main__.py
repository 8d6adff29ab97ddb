"""`python -m viscript.eval.bench.peers [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from ....tools.errors import ViscriptError
from .attacked import totals
from .environment import measured

ENDINGS = ("refused", "ran", "out of time", "out of memory", "crashed")


def main() -> None:
    """Measures viscript beside its peers, and prints tables or JSON."""
    parser = argparse.ArgumentParser("python -m viscript.eval.bench.peers", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    try:
        report = json.loads(measured())
    except ViscriptError as error:
        sys.exit(str(error))
    if given.json:
        json.dump(report, sys.stdout, indent=2)
        print()
    else:
        _print(report, Console())


def _print(report: dict[str, Any], console: Console) -> None:
    names = list(report["attacks"])
    table = Table(title="how attacks end")
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    counts = {name: totals(report["attacks"][name]) for name in names}
    for ending in ENDINGS:
        table.add_row(ending, *(str(counts[name][ending]) for name in names))
    console.print(table)
    steps = report["seconds_a_step"]
    table = Table("", *names, title="a step, and a tool that fails once")
    table.add_row("µs a step", *(f"{steps[name] * 1e6:.0f}" for name in names))
    failing = report["failing"]
    for row, key in (("says", "said"), ("names the place", "place"), ("calls made again", "again")):
        table.add_row(row, *(str(failing[name][key]) for name in names))
    console.print(table)


if __name__ == "__main__":
    main()
