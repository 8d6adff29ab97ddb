"""The planner's held-out requests on symbolic scenes."""

from __future__ import annotations

from pathlib import Path

import pytest
from viscript import InputError
from viscript.agent.training.held_out import held_out_pairs
from viscript.eval.suites.scenes import SUITE, read
from viscript.eval.suites.suite import Given


def test_every_held_out_request_is_asked() -> None:
    questions = read(None)
    assert [one.request for one in questions] == [one.request for one in held_out_pairs()]
    with pytest.raises(InputError, match="comes with its requests"):
        read(Path("held_out"))


def test_a_program_is_right_when_it_answers_like_the_reference() -> None:
    first = read(None)[0]
    assert SUITE.score(first, Given(program=first.answers[0])) == 1
    assert SUITE.score(first, Given(program="answer = len(list_objects(image))")) == 0
    assert SUITE.score(first, Given()) == 0


def test_the_tools_see_the_pictures_of_the_scenes() -> None:
    assert SUITE.toolbox is not None
    assert SUITE.pictures is not None
    for question in read(None)[:5]:
        pictures = SUITE.pictures(question)
        assert len(pictures) == question.truth["images"]
        assert SUITE.toolbox(question).call("list_objects", pictures[0]) is not None
