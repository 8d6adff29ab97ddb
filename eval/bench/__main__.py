"""`python -m viscript.eval.bench [names...] [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from . import cache_hits, commands, finding, hosting, mcp_calls, steps, throughput
from .figures import Figure
from .machine import machine_facts

GROUPS: Mapping[str, Callable[[], Iterator[Figure]]] = {
    "cache": cache_hits.measure,
    "steps": steps.measure,
    "find": finding.measure,
    "commands": commands.measure,
    "throughput": throughput.measure,
    "mcp": mcp_calls.measure,
    "host": hosting.measure,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures the groups that were named, or all, and prints a table or JSON."""
    parser = argparse.ArgumentParser("python -m viscript.eval.bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(GROUPS)}; none means all")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    for name in given.names:
        if name not in GROUPS:
            parser.error(f"there is no group {name!r}: choose from {', '.join(GROUPS)}")
    progress = Console(stderr=True)
    figures: list[Figure] = []
    for name in given.names or GROUPS:
        with progress.status(f"measuring {name}"):
            figures.extend(GROUPS[name]())
    if given.json:
        report = {"machine": machine_facts(), "figures": [one.to_json() for one in figures]}
        json.dump(report, sys.stdout, indent=2)
        print()
    else:
        _print(figures)


def _print(figures: Sequence[Figure]) -> None:
    table = Table("figure", title="what viscript adds, beside anchors of the same run")
    for heading in ("value", "aim", "anchor", "ratio"):
        table.add_column(heading, justify="right")
    table.add_column("anchored to")
    for one in figures:
        aim = "" if one.aim is None else f"< {_words(one.aim, one)}"
        value, anchor = _words(one.value, one), _words(one.anchor_value, one)
        table.add_row(one.name, value, aim, anchor, f"{one.ratio:.2g}", one.anchor)
    console = Console()
    console.print(table)
    for one in figures:
        if one.counts:
            counts = ", ".join(f"{name}: {count}" for name, count in one.counts.items())
            console.print(f"{one.name}: {counts}")
    facts = machine_facts()
    console.print(f"{facts['processor']}, {facts['cores']} cores, load {facts['load']}")


def _words(value: float, figure: Figure) -> str:
    """A value with its unit, of a size that reads well."""
    if figure.unit == "MB":
        return f"{value:.0f} MB"
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1e3:.1f} ms" if value >= 1e-3 else f"{value * 1e6:.0f} µs"


if __name__ == "__main__":
    main()
