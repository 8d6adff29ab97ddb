"""`LocalEngine`: answers questions in this process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from inspect_ai.util import concurrency

from ..system import Settings, System
from .engine import AT_ONCE

if TYPE_CHECKING:
    from ..record import Record
    from ..suites.suite import Question, Suite


class LocalEngine:
    """One system, whose models are loaded with the first question.

    Args:
        suite: the questions' suite.
        settings: the system.
        folder: where the runs are kept.

    Raises:
        InputError, ModelError: as `System`.
    """

    def __init__(self, suite: Suite, settings: Settings, folder: Path) -> None:
        self._system = System(suite, settings, folder)

    async def answer(self, question: Question) -> Record:
        """The answer to a question.

        Raises:
            ViscriptError: as `System.answer`.
        """
        async with concurrency("viscript", min(AT_ONCE, os.cpu_count() or 1)):
            return await self._system.answer(question)
