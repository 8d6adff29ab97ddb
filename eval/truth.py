"""Programs run on the truth: tools answer from a description of the picture, not by models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..agent.runs.execute import run_program
from ..agent.runs.run import Run
from ..agent.words import words_of
from ..tools.backends import BackendSpec, Tools
from ..tools.host import ModelHost
from ..tools.profile import Profile
from ..tools.registry import Registry
from ..tools.toolbox import Toolbox
from ..tools.values import Image
from .suites.suite import Given


class _OneBackend(ModelHost):
    """Gives every tool the same backend."""

    def __init__(self, served: object) -> None:
        super().__init__()
        self._served = served

    def get(self, spec: BackendSpec, tools: Tools) -> Any:
        """The backend, whatever the spec."""
        return self._served


def true_toolbox(serve: Callable[[Tools], object], tools: Sequence[str]) -> Toolbox:
    """A toolbox whose backend tools are the methods of one object.

    Args:
        serve: makes the object, which has a method for each tool and may use the toolbox.
        tools: the names of these tools; all others that need a backend are not offered.
    """
    profile = Profile(
        "truth", "Answers from descriptions", dict.fromkeys(tools, BackendSpec("truth"))
    )
    toolbox = Toolbox(profile, Registry.standard(), None)
    toolbox.host = _OneBackend(serve(toolbox))
    return toolbox


def answer_with(toolbox: Toolbox, program: str, pictures: Sequence[Image]) -> Given:
    """What a program answers with a toolbox; nothing is recorded."""
    run = run_with(toolbox, program, pictures)
    if not run.ok:
        return Given(program=program)
    return Given(words_of(run.answer), run.answer, program)


def run_with(toolbox: Toolbox, program: str, pictures: Sequence[Image]) -> Run:
    """A run of a program with a toolbox, in memory."""
    return run_program(program, pictures, toolbox, record=False, step_seconds=10)
