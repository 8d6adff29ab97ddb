"""The generator: the same for a seed, varied, split, and every program sound."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from viscript.agent.planners.embedded.grammar import grammar_for
from viscript.agent.program import Scope, check
from viscript.agent.runs.bindings import types_for
from viscript.agent.training.gbnf import Grammar
from viscript.agent.training.generator import generate
from viscript.agent.training.held_out import held_out_pairs
from viscript.agent.training.nouns import is_held_out, nouns, rare_nouns
from viscript.agent.training.requests import Pair
from viscript.agent.training.scene_maker import Mentions
from viscript.agent.training.wording import phrasings
from viscript.tools.toolbox import Toolbox


@cache
def some_pairs() -> tuple[Pair, ...]:
    return tuple(generate(1_500, 1))


def test_a_seed_gives_the_same_pairs_and_another_seed_others() -> None:
    assert list(generate(200, 1)) == list(some_pairs()[:200])
    assert list(generate(200, 2)) != list(some_pairs()[:200])


@pytest.mark.parametrize("wording", ["train", "held out"])
def test_every_program_checks_without_a_diagnostic_and_is_in_the_grammar(wording: str) -> None:
    offered = Toolbox.load("embedded", cache=None).offered
    grammars = {images: Grammar(grammar_for(offered, images)) for images in range(1, 6)}
    chosen = some_pairs()[:600] if wording == "train" else [*generate(300, 4, wording="held out")]
    for pair in chosen:
        assert check(pair.program, Scope(offered, types_for(pair.images))).diagnostics == (), pair
        assert grammars[pair.images].matches(pair.program), pair


def test_requests_are_complete_and_short() -> None:
    for pair in some_pairs():
        assert not set("{}|()") & set(
            pair.request.replace("1)", "").replace("2)", "").replace(":)", "")
        )
        assert 0 < len(pair.request) < 400


def test_requests_hardly_repeat_their_wording() -> None:
    openings = Counter(" ".join(pair.request.lower().split()[:3]) for pair in some_pairs())
    assert len(openings) > 700
    assert openings.most_common(1)[0][1] < 60


def test_the_kinds_of_requests_are_all_there_and_none_prevails() -> None:
    kinds = Counter(pair.category for pair in some_pairs())
    assert len(kinds) >= 20
    assert kinds.most_common(1)[0][1] < 0.15 * len(some_pairs())


def test_there_are_phrasings_by_the_hundred_in_each_split() -> None:
    files = ("questions", "text", "people", "edits", "pairs", "joined")
    lines = [line for file in files for group in phrasings(file).values() for line in group]
    held_out = sum(map(is_held_out, lines))
    assert held_out > 150
    assert len(lines) - held_out > 900


def test_training_never_sees_a_held_out_noun() -> None:
    singular = {
        said: noun.singular
        for noun in (*rare_nouns(), *(noun for some in nouns().values() for noun in some))
        for said in (noun.plural, noun.singular)
    }
    for pair in some_pairs():
        for query in Mentions.of(pair.program).things:
            assert not is_held_out(singular[query]) or query in ("person", "people"), pair


def test_no_request_written_by_hand_is_among_the_generated_ones() -> None:
    by_hand = {pair.request.lower() for pair in held_out_pairs()}
    assert not by_hand & {pair.request.lower() for pair in some_pairs()}
