"""smolagents as a peer: it gets the same tools, and what it says is understood.

It is no part of viscript: `python -m viscript.eval.bench.peers` installs it into an environment of
its own.
"""

from __future__ import annotations

import pytest
from viscript import Toolbox
from viscript.eval.bench.peers.executors import by_smolagents
from viscript.eval.bench.peers.failing import recovery_of
from viscript.eval.bench.peers.overhead import chain
from viscript.eval.bench.samples import after_tool, photo
from viscript.tools.cache import MemoryCache

pytest.importorskip("smolagents", reason="measured in an environment of its own")


def test_smolagents_runs_a_chain_of_the_same_tools() -> None:
    toolbox = Toolbox.load(tools=[after_tool([])], cache=MemoryCache())
    assert by_smolagents(chain(12), toolbox, photo()).answer == 12


def test_smolagents_finds_what_viscript_finds() -> None:
    toolbox = Toolbox.load(cache=MemoryCache())
    assert by_smolagents("answer = count(find(image, 'person'))", toolbox, photo()).answer == 1


def test_what_smolagents_refuses_is_kept_with_its_place() -> None:
    toolbox = Toolbox.load(cache=MemoryCache())
    outcome = by_smolagents("a = 1\nanswer = open('/etc/passwd')", toolbox, photo())
    assert outcome.answer is None
    assert "open" in outcome.problem
    assert outcome.place == "answer = open('/etc/passwd')"


def test_smolagents_repeats_what_had_worked_when_a_tool_fails() -> None:
    recovery = recovery_of(by_smolagents)
    assert "found no weights" in recovery.said
    assert recovery.answer == 3
    assert recovery.again == 1
