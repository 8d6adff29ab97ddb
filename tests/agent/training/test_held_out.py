"""The requests written by hand."""

from __future__ import annotations

from collections import Counter

from viscript.agent.planners.embedded.grammar import grammar_for
from viscript.agent.program import Scope, check
from viscript.agent.runs.bindings import types_for
from viscript.agent.training.gbnf import Grammar
from viscript.agent.training.held_out import held_out_pairs
from viscript.tools.toolbox import Toolbox


def test_there_are_many_of_many_kinds() -> None:
    pairs = held_out_pairs()
    assert len(pairs) >= 150
    assert len({pair.request for pair in pairs}) == len(pairs)
    assert len(Counter(pair.category for pair in pairs)) >= 20


def test_their_programs_check_and_could_be_written_by_the_planner() -> None:
    offered = Toolbox.load("embedded", cache=None).offered
    grammars = {images: Grammar(grammar_for(offered, images)) for images in (1, 2, 3)}
    for pair in held_out_pairs():
        assert check(pair.program, Scope(offered, types_for(pair.images))).diagnostics == (), pair
        assert grammars[pair.images].matches(pair.program), pair
