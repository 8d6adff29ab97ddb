"""The grammar: whatever it lets through checks, and it lets through only what is offered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viscript.agent.planners.embedded.grammar import grammar_for
from viscript.agent.program import Scope, check
from viscript.agent.runs.bindings import types_for
from viscript.agent.training.gbnf import Grammar
from viscript.tools.contract import Contract, tool
from viscript.tools.registry import Registry
from viscript.tools.toolbox import Toolbox
from viscript.tools.values import ImageLike, Region


@cache
def offered() -> Mapping[str, Contract]:
    return Toolbox.load("embedded", cache=None).offered


@cache
def grammar(images: int = 1) -> Grammar:
    return Grammar(grammar_for(offered(), images))


@cache
def grammar_of_everything() -> Grammar:
    return Grammar(grammar_for(Registry.standard(), 1))


def problems(program: str, tools: Mapping[str, Contract], images: int) -> list[str]:
    found = check(program, Scope(tools, types_for(images))).diagnostics
    return [one.render(program) for one in found if one.code != "unused-name"]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), images=st.integers(1, 4))
def test_whatever_the_grammar_lets_through_checks_clean_but_for_unused_names(
    seed: int, images: int
) -> None:
    program = grammar(images).sample(Random(seed).randrange)
    assert problems(program, offered(), images) == []


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_grammar_of_all_tools_lets_through_only_what_checks(seed: int) -> None:
    program = grammar_of_everything().sample(Random(seed).randrange)
    assert problems(program, Registry.standard(), 1) == []


@pytest.mark.parametrize(
    "program",
    [
        "answer = count(a)",
        "b = find(image, 'dog')\nanswer = count(b)",
        "a = find(image, 'dog')\nanswer = count(b)",
        "a = find(picture, 'dog')\nanswer = count(a)",
        "a = find(image, 'dog', 3)\nanswer = count(a)",
        "a = find(image)\nanswer = count(a)",
        "a = detect(image, 'dog')\nanswer = count(a)",
        "a = find(image, 'dog')\nanswer = a[0].colour",
        "a = find(image, 'dog')\nanswer = half(image, 'middle')",
        "a = find(image, 'dog')",
        "a = find(image, 'dog')\nanswer = depth(image)",
        "a = find(image, '" + "x" * 63 + "')\nanswer = count(a)",
    ],
)
def test_what_would_not_check_or_end_is_outside_the_grammar(program: str) -> None:
    assert not grammar().matches(program)


def test_a_tool_that_is_not_offered_is_not_in_the_grammar() -> None:
    program = "a = read_text(image)\nanswer = count(a)"
    without = {name: one for name, one in offered().items() if name != "read_text"}
    assert grammar().matches(program)
    assert not Grammar(grammar_for(without, 1)).matches(program)
    assert "read_text" not in grammar_for(without, 1)


@tool()
def shadows(image: ImageLike, strength: int = 1) -> list[Region]:
    """Finds shadows.

    Args:
        image: the picture.
        strength: how dark they are at least.

    Returns:
        The shadows.
    """
    return []


def test_a_tool_of_the_users_own_can_be_called_with_and_without_its_default() -> None:
    own = Grammar(grammar_for({**offered(), "shadows": Contract.of(shadows)}, 1))
    assert own.matches("a = shadows(image)\nanswer = count(a)")
    assert own.matches("a = shadows(image, 3)\nanswer = count(a)")
    assert not own.matches("a = shadows(image, 'dark')\nanswer = count(a)")


def test_pictures_have_the_names_that_the_program_binds() -> None:
    assert grammar(2).matches("a = find(left, 'dog')\nb = find(right, 'dog')\nanswer = count(a)")
    assert not grammar(2).matches("a = find(image, 'dog')\nanswer = count(a)")
    assert grammar(3).matches("a = find(images[2], 'dog')\nanswer = count(a)")
    assert not grammar(3).matches("a = find(images[3], 'dog')\nanswer = count(a)")


def test_the_grammar_stays_small() -> None:
    assert len(grammar_for(offered(), 1)) < 20_000
