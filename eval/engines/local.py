"""`LocalEngine`: answers questions in this process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from inspect_ai.util import concurrency

from ..system import Settings, System
from .threads import Room

if TYPE_CHECKING:
    from ..record import Record
    from ..suites.suite import Question, Suite
    from .engine import EngineSettings


class LocalEngine:
    """One system, whose models are loaded with the first question.

    Args:
        wanted: how many questions are answered at the same time.
        suite: the questions' suite.
        settings: the system.
        folder: where the runs are kept.

    Raises:
        InputError, ModelError: as `System`.
    """

    def __init__(
        self, wanted: EngineSettings, suite: Suite, settings: Settings, folder: Path
    ) -> None:
        self._most = wanted.most
        self._room = Room(wanted.most)
        self._system = System(suite, settings, folder)

    async def answer(self, question: Question) -> Record:
        """The answer to a question.

        Raises:
            ViscriptError: as `System.answer`.
        """
        self._room.make()
        async with concurrency("viscript", self._most):
            return await self._system.answer(question)
