"""The texts of a program are the words of its request."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viscript.agent.planners.embedded.grammar import grammar_for
from viscript.agent.planners.embedded.spans import words_of
from viscript.agent.program import Scope, check
from viscript.agent.runs.bindings import types_for
from viscript.agent.training.gbnf import Grammar
from viscript.agent.training.generator import generate
from viscript.agent.training.held_out import held_out_pairs
from viscript.tools.toolbox import Toolbox

WAGONS = "How many red wagons are near the dog's basket?"


@cache
def toolbox() -> Toolbox:
    return Toolbox.load("embedded", cache=None)


def grammar(request: str, images: int = 1) -> Grammar:
    return Grammar(grammar_for(toolbox().offered, images, request))


@pytest.mark.parametrize(
    "query", ["wagons", "red wagons", "basket", "dog", "people", "leftmost", "second from the left"]
)
def test_spans_of_the_request_and_known_descriptions_can_be_looked_for(query: str) -> None:
    assert grammar(WAGONS).matches(f"a = find(image, '{query}')\nanswer = count(a)")


@pytest.mark.parametrize(
    "query", ["waggons", "wagon", "cat", "red basket", "wagons are near the dog basket"]
)
def test_other_words_can_not(query: str) -> None:
    assert not grammar(WAGONS).matches(f"a = find(image, '{query}')\nanswer = count(a)")


@pytest.mark.parametrize("answer", ["no wagons found", "none", "the same number", "red wagons"])
def test_answers_are_spans_or_set_phrases(answer: str) -> None:
    program = "a = find(image, 'wagons')\nanswer = count(a) if exists(a) else '{}'"
    assert grammar(WAGONS).matches(program.format(answer))
    assert not grammar(WAGONS).matches(program.format("no waggers found"))


@pytest.mark.parametrize(
    ("request_", "can"),
    [("is it landscape or portrait?", True), ("what kind of room is this?", False)],
)
def test_the_format_is_an_answer_only_where_it_is_asked_for(request_: str, can: bool) -> None:
    program = "answer = 'landscape' if image.width > image.height else 'portrait'"
    assert grammar(request_).matches(program) is can


@pytest.mark.parametrize(
    ("program", "can"),
    [
        ("answer = 'I have no tool for that'", True),
        ("answer = 'no wagons found'", False),
        ("answer = 'yes'", False),
        ("answer = color_of(image)", True),
        ("answer = exists(half(image, 'left'))", False),
    ],
)
def test_what_looks_at_nothing_says_nothing_else(program: str, can: bool) -> None:
    assert grammar(WAGONS).matches(program) is can


def test_nearly_every_generated_program_can_be_written_for_its_request() -> None:
    pairs = list(generate(200, 6))
    fitting = sum(grammar(pair.request, pair.images).matches(pair.program) for pair in pairs)
    assert fitting >= 0.97 * len(pairs)


def test_nearly_every_program_for_a_request_by_hand_can_be_written() -> None:
    pairs = held_out_pairs()
    fitting = sum(grammar(pair.request, pair.images).matches(pair.program) for pair in pairs)
    assert fitting >= 0.97 * len(pairs)


@settings(max_examples=60, deadline=None)
@given(request=st.text(max_size=60), seed=st.integers(0, 2**32))
def test_whatever_a_request_holds_the_programs_still_check(request: str, seed: int) -> None:
    program = grammar(request or "x").sample(Random(seed).randrange)
    found = check(program, Scope(toolbox().offered, types_for(1))).diagnostics
    assert [one.render(program) for one in found if one.code != "unused-name"] == []


def test_possessives_and_quotes_leave_plain_words() -> None:
    words = words_of("The dog’s bowl, \"EXIT\" & the women's t-shirt {x} it's")
    assert words == ["the", "dog", "bowl", "exit", "the", "women", "t-shirt", "x", "it"]
