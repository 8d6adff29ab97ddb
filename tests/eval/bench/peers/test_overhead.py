"""The chain whose steps are timed gives the same answer in each executor."""

from __future__ import annotations

from viscript.eval.bench.peers.executors import by_exec, by_viscript
from viscript.eval.bench.peers.overhead import chain
from viscript.eval.bench.samples import after_tool, photo
from viscript.tools.cache import MemoryCache
from viscript.tools.toolbox import Toolbox


def test_a_chain_counts_its_steps() -> None:
    toolbox = Toolbox.load(tools=[after_tool([])], cache=MemoryCache())
    for executor in (by_viscript, by_exec):
        assert executor(chain(12), toolbox, photo()).answer == 12


def test_a_program_that_fails_says_so() -> None:
    toolbox = Toolbox.load(tools=[after_tool([])], cache=MemoryCache())
    for executor in (by_viscript, by_exec):
        outcome = executor("answer = after(image, nothing)", toolbox, photo())
        assert outcome.answer is None
        assert "nothing" in outcome.problem
        assert outcome.place == "line 1"
