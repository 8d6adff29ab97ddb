"""The command line from its start to its end, and the memory that it takes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from .figures import Figure
from .samples import photo

ROUNDS = 5
COMMAND = ("-c", "from viscript.agent.cli.main import main; main()")
LIBRARIES = ("-c", "import cv2, numpy, onnxruntime, PIL.Image, pydantic, typer")

# Between the benchmark and the command: a new process starts with the peak of the one it comes
# from, and this one is small.
_WATCH = """
import resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def measure() -> Iterator[Figure]:
    """`viscript --help`, and a cold `viscript run` with one `find`: time and memory."""
    with tempfile.TemporaryDirectory() as place:
        path = photo().save(Path(place) / "photo.png")
        empty, _ = _run(("-c", "pass"))
        usage, _ = _run((*COMMAND, "--help"))
        yield Figure("viscript --help", usage, "python -c pass", empty, 0.3)
        libraries, memory = _run(LIBRARIES)
        program = 'answer = count(find(image, "person"))'
        run, peak = _run((*COMMAND, "run", "-e", program, str(path)))
        anchor = "importing its libraries"
        yield Figure("viscript run, cold, one find", run, anchor, libraries, 1.5)
        yield Figure("the same, memory at the peak", peak, anchor, memory, unit="MB")


def _run(arguments: Sequence[str]) -> tuple[float, float]:
    """Median seconds, and megabytes at the peak, of a Python process without a cache of results."""
    measured = [_once(arguments) for _ in range(ROUNDS)]
    seconds, peaks = zip(*measured, strict=True)
    return statistics.median(seconds), statistics.median(peaks)


def _once(arguments: Sequence[str]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-c", _WATCH, sys.executable, *arguments],
            env={**os.environ, "VISCRIPT_HOME": home},
            capture_output=True,
            text=True,
            check=True,
        )
    seconds, peak = done.stdout.split()
    # Linux counts in kilobytes, macOS in bytes.
    return float(seconds), float(peak) / (2**10 if sys.platform != "darwin" else 2**20)
