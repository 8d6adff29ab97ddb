"""`viscript mcp` as a process of its own, and what it holds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from mcp.client.stdio import StdioServerParameters

_START = "from viscript.agent.cli.main import main; import sys; sys.exit(main(sys.argv[1:]))"


def command(*words: str) -> list[str]:
    """The command line of `viscript mcp` and some options."""
    return [sys.executable, "-c", _START, "mcp", *words]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The variables of the process, with a home of its own."""
    return {**os.environ, "VISCRIPT_HOME": str(home), **more}


def over_stdio(home: Path, album: Path) -> StdioServerParameters:
    """How a client starts it."""
    first, *rest = command("--root", str(album))
    return StdioServerParameters(command=first, args=rest, env=environment(home))


@contextmanager
def over_http(
    home: Path, album: Path, *words: str, **more: str
) -> Generator[tuple[str, psutil.Process]]:
    """Starts it on a free port; gives its address and its process."""
    options = ("--http", "--root", str(album), *words, "--port")
    with listening(command(*options), environment(home, **more)) as (address, process, said):
        yield address, process
    # Nothing that a client did filled the log.
    assert said == [address]


@contextmanager
def listening(
    words: Sequence[str], variables: Mapping[str, str] | None = None
) -> Generator[tuple[str, psutil.Process, list[str]]]:
    """Starts an HTTP server by a command that ends with a port, here a free one.

    Gives its address, its process and, when it has ended, the lines of its log.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*words, str(port)],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    try:
        _wait_for(process, port)
        yield f"http://127.0.0.1:{port}/mcp", psutil.Process(process.pid), said
    finally:
        process.terminate()
        out, log = process.communicate(timeout=30)
        said += log.strip().splitlines()
        assert out == ""


def _wait_for(process: subprocess.Popen[str], port: int) -> None:
    """Until the port takes connections."""
    while process.poll() is None:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError(f"the server ended: {process.communicate()[1]}")
