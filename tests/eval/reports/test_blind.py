"""Which edits people judge, of one system or of several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from viscript import Image, InputError, Toolbox
from viscript.agent.runs import run_program
from viscript.eval.record import Record
from viscript.eval.reports.blind import MAX_PAIRS, edits_of, key_of, render
from viscript.eval.reports.results import Evaluation
from viscript.tools.cache import MemoryCache

Make = Callable[..., Evaluation]
Edited = Callable[..., Evaluation]


@pytest.fixture
def edited(evaluation_of: Make, tmp_path: Path, cat: Image) -> Edited:
    """Makes a system that answered its questions by a picture, but for those that failed."""
    cat.save(tmp_path / "cat.png")
    tools = Toolbox.load(cache=MemoryCache())
    program = "answer = crop(image, half(image, 'left'))"
    run = run_program(program, [tmp_path / "cat.png"], tools, folder=tmp_path / "run")
    assert isinstance(run.answer, Image)

    def make(name: str, count: int, failed: tuple[int, ...] = ()) -> Evaluation:
        made = evaluation_of([True] * count, suite="editing")
        results = [
            replace(
                one,
                question=replace(one.question, images=[tmp_path / "cat.png"]),
                record=Record(failure="no program")
                if number in failed
                else Record(text="a picture", run=str(tmp_path / "run")),
            )
            for number, one in enumerate(made.results)
        ]
        return replace(made, path=tmp_path / f"{name}.eval", results=results)

    return make


def shown_of(evaluation: Evaluation, keys: set[str]) -> set[str]:
    """The questions whose edits are on the page."""
    named = {key_of(evaluation, one): one.question.id for one in evaluation.results}
    return {named[key] for key in keys & named.keys()}


def test_a_page_has_the_same_questions_of_each_system(edited: Edited) -> None:
    before, after = edited("before", 30), edited("after", 30)
    edits = edits_of([before, after])
    keys = {one.key for one in edits.pairs}
    assert len(keys) == len(edits.pairs) == MAX_PAIRS
    assert shown_of(before, keys) == shown_of(after, keys)
    assert (edits.questions, edits.unpaired, edits.beyond) == (20, 0, 10)


def test_a_question_without_an_edit_of_each_system_is_left_out_and_said(edited: Edited) -> None:
    before, after = edited("before", 6, failed=(0,)), edited("after", 5, failed=(3,))
    edits = edits_of([before, after])
    keys = {one.key for one in edits.pairs}
    assert shown_of(before, keys) == shown_of(after, keys) == {"1", "2", "4"}
    assert (edits.questions, edits.unpaired, edits.beyond) == (3, 3, 0)
    said = "Questions left out: 3 because not every log answers it by a picture."
    assert said in render(edits)


def test_the_page_says_how_many_questions_have_no_room(edited: Edited) -> None:
    edits = edits_of([edited("only", MAX_PAIRS + 2)])
    assert len(edits.pairs) == MAX_PAIRS
    assert edits.left_out == f"questions left out: 2 because a page has at most {MAX_PAIRS} edits"
    assert edits.left_out.capitalize() in render(edits)


def test_a_page_with_all_edits_leaves_nothing_out(edited: Edited) -> None:
    edits = edits_of([edited("only", 3)])
    assert (len(edits.pairs), edits.left_out) == (3, "")
    assert "left out" not in render(edits)


def test_logs_without_a_question_in_common_have_no_page(edited: Edited) -> None:
    first, second = edited("first", 2, failed=(0,)), edited("second", 2, failed=(1,))
    with pytest.raises(InputError, match="no edit to judge"):
        edits_of([first, second])
