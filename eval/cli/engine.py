"""The options that say where questions are answered."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import typer

from ..engines.engine import AT_ONCE, EngineName, EngineSettings

MOST_OPEN = 256
"""Questions that inspect hands to a cluster, which gives each to a worker that has room."""

EngineOption = Annotated[
    EngineName, typer.Option("--engine", help="Answer in this process, or on a Ray cluster.")
]
AddressOption = Annotated[
    str,
    typer.Option(
        "--address",
        metavar="HOST:PORT",
        help="The Ray cluster; auto finds this machine's. None: one is started.",
        show_default=False,
    ),
]
WorkersOption = Annotated[
    int,
    typer.Option(
        "--workers",
        min=0,
        metavar="N",
        help="Processes on the cluster. 0: one a GPU, or one a machine, two at least.",
    ),
]
AtOnceOption = Annotated[
    int,
    typer.Option(
        "--at-once",
        min=0,
        metavar="N",
        help=f"Questions that a process answers at the same time. 0: {AT_ONCE}.",
    ),
]


def most_open(where: EngineSettings) -> int:
    """How many questions are open at the same time."""
    return where.open if where.name == "local" else max(MOST_OPEN, where.workers * where.open)


@contextmanager
def closing_engine(engine: EngineName) -> Generator[None]:
    """Ends what the engine has started, after Ctrl-C too."""
    try:
        yield
    finally:
        if engine == "ray":
            from ..engines.ray import leave

            leave()
