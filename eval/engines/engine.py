"""`Engine`: answers the questions that inspect hands out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from ...tools.errors import InputError

if TYPE_CHECKING:
    from ..record import Record
    from ..suites.suite import Question, Suite
    from ..system import Settings

EngineName = Literal["local", "ray"]
AT_ONCE = 2
"""Questions that a process answers at the same time: the tools' models use the cores."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Where questions are answered; says nothing about what is evaluated.

    Args:
        name: "local" is this process.
        address: the Ray cluster; empty for one of its own on this machine.
        workers: processes on the cluster; 0 for one a GPU, or one a machine where there is none.
        at_once: questions that each process answers at the same time; 0 for `AT_ONCE`. A planner on
            a server answers more.

    Raises:
        InputError: there is no such engine, or it takes no such setting.
    """

    name: str = "local"
    address: str = ""
    workers: int = 0
    at_once: int = 0

    def __post_init__(self) -> None:
        if self.name not in ("local", "ray"):
            raise InputError(f"there is no engine {self.name!r}", hint="use local or ray")
        if self.name == "local" and (self.address or self.workers):
            raise InputError("--address and --workers are for Ray", hint="add --engine ray")
        if self.at_once < 0:
            raise InputError(
                f"{self.at_once} questions at once are not possible", hint="use 1 or more"
            )

    @property
    def most(self) -> int:
        """Questions that a process answers at the same time."""
        if self.at_once:
            return self.at_once
        return AT_ONCE if self.name == "ray" else min(AT_ONCE, os.cpu_count() or 1)

    @property
    def open(self) -> int:
        """Questions that a process is given, so that it never waits for the next one."""
        return 2 * self.most


class Engine(Protocol):
    """Answers questions, several at a time."""

    async def answer(self, question: Question) -> Record:
        """The answer to a question, once it is its turn.

        Raises:
            ViscriptError: a picture or a model can't be used, so that there is no answer.
        """
        ...


def engine_of(wanted: EngineSettings, suite: Suite, settings: Settings, folder: Path) -> Engine:
    """The engine, ready for questions.

    Args:
        wanted: which one, and where.
        suite: the questions' suite.
        settings: the system that answers them.
        folder: where the runs are kept; on a cluster, at the same path on each machine.

    Raises:
        InputError: the system, the cluster or the folder is not what was said.
        ModelError: a package or a model is missing.
    """
    if wanted.name == "ray":
        from .ray import RayEngine

        return RayEngine(wanted, suite, settings, folder)
    from .local import LocalEngine

    return LocalEngine(wanted, suite, settings, folder)
