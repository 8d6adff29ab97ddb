"""One program in a process of its own, whose time and memory are bounded from outside."""

from __future__ import annotations

import json
import os
import re
import resource
import select
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SECONDS = 5
MEGABYTES = 1024

Ending = Literal["refused", "ran", "out of time", "out of memory", "crashed"]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What became of a program.

    Args:
        ending: "refused" when its executor raised something.
        said: what was raised.
    """

    ending: Ending
    said: str = ""


def sealed(work: Callable[[], str]) -> Sealed:
    """Runs `work` in a fork of this process.

    Args:
        work: returns what was raised, or nothing.

    A fork takes a millisecond and starts with all that is imported, so that only the program
    counts; it may use `SECONDS` and `MEGABYTES` of its own.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _child(work, writing)
    os.close(writing)
    try:
        return _watched(child, reading)
    finally:
        os.close(reading)


def _child(work: Callable[[], str], writing: int) -> None:
    """Never returns."""
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        limit = _address_space() + MEGABYTES * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        said = work()
        ending: Ending = "out of memory" if said.startswith("MemoryError") else "refused"
        report = {"ending": ending if said else "ran", "said": said[:300]}
        os.write(writing, json.dumps(report).encode())
    except MemoryError:
        os.write(writing, b'{"ending": "out of memory", "said": ""}')
    finally:
        # Threads of the program may be running still: nothing of this process is waited for.
        os._exit(0)


def _watched(child: int, reading: int) -> Sealed:
    ready, _, _ = select.select([reading], [], [], SECONDS)
    report = os.read(reading, 65536) if ready else b""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if report:
        return Sealed(**json.loads(report))
    return Sealed("crashed" if ready else "out of time")


def _address_space() -> int:
    status = Path("/proc/self/status").read_text("utf-8")
    size = re.search(r"VmSize:\s+(\d+) kB", status)
    assert size is not None
    return int(size[1]) * 1024
