"""`Worker`: what runs in a process of the cluster."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ...tools.errors import InputError
from ..suites import suite_named
from ..system import Settings, System
from .threads import Room

if TYPE_CHECKING:
    from ..record import Record
    from ..suites.suite import Question


class Worker:
    """A system of its own: planner, tools and their models.

    Args:
        suite: the suite's name.
        settings: the system.
        folder: where the runs are kept, which the driver reads.
        most: questions that it answers at the same time.
    """

    def __init__(self, suite: str, settings: Settings, folder: Path, most: int) -> None:
        self._suite = suite
        self._settings = settings
        self._folder = folder
        self._room = Room(most)
        # SQLite can't be shared over a network.
        self._threads = tempfile.TemporaryDirectory(prefix="viscript-")
        self._system: System | None = None
        self._lock = threading.Lock()

    async def ready(self, shared: str) -> None:
        """Returns when it can answer.

        Args:
            shared: a file that the driver has put into the folder; empty for none.

        Raises:
            InputError: the folder is another one here; or as `System`.
            ModelError: as `System`.
        """
        if shared and not (self._folder / shared).is_file():
            raise InputError(
                f"{self._folder} is not the same folder on each machine",
                hint="name one that they share with --folder",
            )
        self._made()

    async def answer(self, question: Question) -> Record:
        """The answer to a question.

        Raises:
            ViscriptError: as `System.answer`.
        """
        self._room.make()
        return await self._made().answer(question)

    def _made(self) -> System:
        with self._lock:
            if self._system is None:
                self._system = System(
                    suite_named(self._suite),
                    self._settings,
                    self._folder,
                    threads=Path(self._threads.name),
                )
            return self._system
