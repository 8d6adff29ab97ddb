"""Calling a planner that may say nothing, or fail, or work in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from viscript.agent.graph.planning import planned
from viscript.agent.planners.planner import NoProgramError, Plan, Task
from viscript.tools.cancellation import Cancellation, current_cancellation
from viscript.tools.errors import CancelledError

TASK = Task("How wide is it?", {"image": "image 4x3"}, {})


class Speaking:
    """Says three words, and notes where it is called."""

    name, writes_cells = "speaking", False

    def __init__(self, works_here: bool = False) -> None:
        self.works_here = works_here
        self.thread = threading.current_thread()
        self.token = Cancellation()

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        assert on_token is not None
        self.thread, self.token = threading.current_thread(), current_cancellation()
        for word in ("answer", " = ", "1"):
            on_token(word)
        return Plan("answer = 1")


@pytest.mark.parametrize("works_here", [False, True])
def test_tokens_are_heard_in_their_order_in_the_thread_that_asks(works_here: bool) -> None:
    heard: list[tuple[str, threading.Thread]] = []
    planner, token = Speaking(works_here), Cancellation()
    plan = planned(
        planner, TASK, token, lambda word: heard.append((word, threading.current_thread()))
    )
    assert plan.source == "".join(word for word, _ in heard) == "answer = 1"
    assert {thread for _, thread in heard} == {threading.current_thread()}
    assert planner.token is token


def test_only_a_planner_that_works_here_is_called_in_the_thread_that_asks() -> None:
    here, elsewhere = Speaking(works_here=True), Speaking()
    for one in (here, elsewhere):
        planned(one, TASK, Cancellation(), lambda _: None)
    assert here.thread is threading.current_thread()
    # Neither the node nor the end of the process waits for a daemon.
    assert elsewhere.thread.daemon


def test_a_silent_planner_is_left_alone_when_the_person_asks_to_stop(silent: Any) -> None:
    token = Cancellation()
    with pytest.raises(CancelledError, match="enough"):
        planned(silent, TASK, token, lambda _: token.cancel("enough"))
    assert not silent.ended


@pytest.mark.parametrize("works_here", [False, True])
def test_a_planner_that_speaks_is_stopped_at_its_next_word(works_here: bool) -> None:
    heard: list[str] = []
    token = Cancellation()

    def hear(word: str) -> None:
        heard.append(word)
        token.cancel("enough")

    with pytest.raises(CancelledError, match="enough"):
        planned(Speaking(works_here), TASK, token, hear)
    assert heard == ["answer"]


def test_a_failure_of_the_planner_is_that_of_the_call(scripted: Any) -> None:
    failure = NoProgramError("prose")
    with pytest.raises(NoProgramError) as raised:
        planned(scripted(failure), TASK, Cancellation(), lambda _: None)
    assert raised.value is failure
