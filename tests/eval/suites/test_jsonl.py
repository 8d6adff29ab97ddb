"""Questions of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from viscript import Image, InputError
from viscript.eval.suites.jsonl import SUITE, read
from viscript.eval.suites.suite import Given

Evaluated = Callable[..., dict[str, Any]]


def test_questions_need_no_type(tmp_path: Path, cat: Image, evaluated: Evaluated) -> None:
    cat.save(tmp_path / "cat.png")
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps({"image": "cat.png", "question": "Cats?", "answer": "1"}), "utf-8")
    figures = evaluated("jsonl", path, {"Cats?": "answer = count(find(image, 'cat'))"})
    assert figures["systems"]["viscript"] == {
        "all": {"mean": 1, "low": pytest.approx(0.2065, abs=1e-4), "high": 1, "count": 1}
    }


def test_a_tool_that_costs_money_is_not_asked_alone(
    tmp_path: Path, cat: Image, evaluated: Evaluated
) -> None:
    cat.save(tmp_path / "cat.png")
    (tmp_path / "paid.toml").write_text(
        "extends = 'remote'\n[tools.ask]\ncosts_money = true\n", "utf-8"
    )
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps({"image": "cat.png", "question": "Big?", "answer": "yes"}), "utf-8")
    profile = str(tmp_path / "paid.toml")
    figures = evaluated("jsonl", path, {"Big?": "answer = True"}, "--profile", profile)
    assert list(figures["systems"]) == ["viscript", "emptied tools", "majority answer"]
    assert figures["left_out"] == {"ask alone": "a call may be charged for"}


def test_lines_may_be_short_or_complete(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(
        '{"image": "a.png", "question": "How many?", "answer": 2}\n\n'
        '{"id": "x", "images": ["l.png", "/r.png"], "question": "Same?",'
        ' "answers": ["yes", "yeah"], "type": "pair"}',
        "utf-8",
    )
    first, second = read(path)
    assert (first.id, first.answers, first.kind) == ("1", ["2"], "all")
    assert first.images == [tmp_path / "a.png"]
    assert (second.id, second.kind) == ("x", "pair")
    assert second.images == [tmp_path / "l.png", Path("/r.png")]
    assert SUITE.score(first, Given("two")) == 1
    assert SUITE.score(second, Given("Yeah!")) == 1
    assert SUITE.score(second, Given("")) == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2 is not JSON"),
        ("[1]", "line 2"),
        ('{"image": "a.png", "question": "How many?"}', "line 2: answers"),
        ('{"question": "How many?", "answer": "2"}', "line 2: images"),
        ('{"image": "a.png", "question": "", "answer": "2"}', "line 2: question"),
    ],
)
def test_a_line_that_is_no_question_is_refused(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f'{{"image": "a", "question": "b", "answer": "c"}}\n{line}\n', "utf-8")
    with pytest.raises(InputError, match=message):
        read(path)
