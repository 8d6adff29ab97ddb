"""How a request ends: with an answer, or with a question to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..tools.errors import PolicyError
from .answer import Answer
from .graph.events import Event


@dataclass(frozen=True, slots=True)
class Approval:
    """What a person is asked before a program runs.

    Args:
        thread: the request, to go on with by `Agent.resume`.
        program: the program that would run.
        tools: for each tool to approve: why.
    """

    thread: str
    program: str
    tools: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """The request is over."""

    answer: Answer


AskEvent = Event | Approval | Answered
"""What `Agent.stream` yields; the last one is `Answered`, or an `Approval` that is needed."""


class ApprovalNeededError(PolicyError):
    """A person must agree before the program runs. `approval` says to what."""

    def __init__(self, approval: Approval) -> None:
        self.approval = approval
        named = ", ".join(f"{name} ({why})" for name, why in approval.tools.items())
        super().__init__(
            f"the program calls {named}",
            hint=f"go on with thread {approval.thread} to allow it or not",
        )
