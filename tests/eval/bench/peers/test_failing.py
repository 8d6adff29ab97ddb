"""What is left when a tool fails, with viscript and with a plain `exec`."""

from __future__ import annotations

from viscript.eval.bench.peers.executors import by_exec, by_viscript
from viscript.eval.bench.peers.failing import recovery_of


def test_viscript_says_where_a_tool_failed_and_repeats_nothing() -> None:
    recovery = recovery_of(by_viscript)
    assert "found no weights" in recovery.said
    assert recovery.place == "line 3"
    assert recovery.answer == 3
    assert recovery.again == 0


def test_a_plain_exec_repeats_what_had_worked() -> None:
    recovery = recovery_of(by_exec)
    assert recovery.place == "line 3"
    assert recovery.answer == 3
    assert recovery.again == 1
