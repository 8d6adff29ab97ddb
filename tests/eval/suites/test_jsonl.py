"""Questions of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from viscript import InputError
from viscript.eval.suites.jsonl import SUITE, read
from viscript.eval.suites.suite import Given


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
