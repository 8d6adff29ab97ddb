"""How a request ends: with an answer, or with a question to a person."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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

    @classmethod
    def of(cls, thread: str, asked: Mapping[str, Any]) -> Approval:
        """What the graph was interrupted with, see `graph.approve`."""
        return cls(thread, asked["program"], {one["name"]: one["why"] for one in asked["tools"]})


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


def last_answer(events: Iterator[AskEvent]) -> Answer:
    """The answer that events end with.

    Raises:
        ApprovalNeededError: they end with an approval that is needed.
    """
    return answer_of(deque(events, maxlen=1)[0])


def answer_of(last: AskEvent) -> Answer:
    """The answer in the last event.

    Raises:
        ApprovalNeededError: it is an approval that is needed.
    """
    if isinstance(last, Approval):
        raise ApprovalNeededError(last)
    assert isinstance(last, Answered), "the graph ended before the request was over"
    return last.answer
