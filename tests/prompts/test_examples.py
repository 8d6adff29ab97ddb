"""The worked examples that come with viscript."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from viscript.agent.planners.examples import WorkedExample, shipped_examples
from viscript.agent.program import Scope, check
from viscript.agent.runs import run_program
from viscript.agent.runs.bindings import types_for
from viscript.tools.profile import load_profile
from viscript.tools.registry import Registry
from viscript.tools.toolbox import Toolbox
from viscript.tools.values import Image


def _pictures(one: WorkedExample) -> int:
    """How many pictures an example is about."""
    if "image" in one.pictures:
        return 1
    return 2 if one.pictures & {"left", "right"} else 3


@pytest.mark.parametrize("one", shipped_examples(), ids=lambda one: str(one.example.request)[:40])
def test_an_example_checks_without_even_a_warning(one: WorkedExample) -> None:
    scope = Scope(Registry.standard(), types_for(_pictures(one)))
    checked = check(one.example.program, scope, "viscript")
    assert [each.render(one.example.program) for each in checked.diagnostics] == []
    assert checked.program is not None
    assert set(checked.program.tools) == one.tools


def test_there_are_at_least_sixty_examples_and_they_cover_every_tool() -> None:
    examples = shipped_examples()
    assert len(examples) >= 60
    assert {tool for one in examples for tool in one.tools} == set(Registry.standard())


def test_every_tool_without_which_a_profile_stays_is_taught_by_an_example_it_offers() -> None:
    registry = Registry.standard()
    served = set(load_profile("embedded").tools)
    offered = {name for name, one in registry.items() if not one.traits.backend} | served
    usable = [one for one in shipped_examples() if one.tools <= offered]
    assert {tool for one in usable for tool in one.tools} == offered


def test_no_request_and_no_program_comes_twice() -> None:
    examples = shipped_examples()
    requests = Counter(one.example.request.lower().strip(" ?.!") for one in examples)
    programs = Counter(one.example.program for one in examples)
    assert [text for text, number in (requests + programs).items() if number > 1] == []


def test_there_are_examples_for_one_two_and_many_pictures() -> None:
    numbers = Counter(_pictures(one) for one in shipped_examples())
    assert min(numbers[1], numbers[2], numbers[3]) >= 5


def test_every_example_says_why_in_one_sentence() -> None:
    for one in shipped_examples():
        why = one.example.why
        assert why.endswith(".")
        assert 10 <= len(why) <= 120, why
        assert why.isprintable()


def test_every_example_that_the_embedded_profile_offers_runs_on_real_photos(
    astronaut: Image, coffee: Image, cat: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path))
    toolbox = Toolbox.load("embedded")
    failed: list[tuple[str, str]] = []
    ran = 0
    for one in shipped_examples():
        if one.tools <= set(toolbox.offered):
            pictures = [astronaut, coffee, cat][: _pictures(one)]
            run = run_program(one.example.program, pictures, toolbox, record=False)
            # That a detector doesn't know a thing is said by the run, and is no fault of it.
            if run.error is not None and run.error.kind != "not offered":
                failed.append((one.example.request, run.error.message))
            ran += 1
    assert ran >= 60
    assert failed == []
