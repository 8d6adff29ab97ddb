"""A progress bar on stderr, for what takes a while."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

Tell = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


@contextmanager
def progress_bar() -> Generator[Tell]:
    """Within the block, a bar shows what the function that it yields is told."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from .console import console

    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console(sys.stderr)) as progress:
        task = progress.add_task("")

        def tell(step: str, done: int, total: int) -> None:
            progress.update(task, description=step, completed=done, total=total)

        yield tell
