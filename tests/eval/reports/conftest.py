"""An evaluation that needs no log: eight questions, four right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from viscript.eval.record import Record
from viscript.eval.reports.results import Evaluation, Result
from viscript.eval.suites.suite import Question

RIGHT = (True, True, False, True, False, False, True, False)
Make = Callable[..., Evaluation]


@pytest.fixture
def evaluation_of(tmp_path: Path) -> Make:
    """Makes an evaluation of which questions are right."""

    def make(right: Sequence[bool] = RIGHT, suite: str = "jsonl", first: int = 0) -> Evaluation:
        results = [
            Result(
                question=Question(
                    id=str(first + number),
                    images=[tmp_path / "gone.png"],
                    request=f"Is <it> {first + number}?",
                    answers=["yes" if number % 4 else "no"],
                    kind=("a", "b")[number % 2],
                ),
                record=Record(
                    text="yes" if one == bool(number % 4) else "no",
                    program="answer = 'yes'",
                    seconds=0.5,
                    plans=1,
                    output_tokens=8,
                    cost=0.001,
                    steps=2,
                    cached=1,
                ),
                score=float(one),
                cause="" if one else ("wrong program", "program or tool")[number % 2],
                baselines={"emptied tools": 0.0},
            )
            for number, one in enumerate(right)
        ]
        return Evaluation(
            path=tmp_path / "x.eval",
            suite=suite,
            title="questions",
            profile="embedded",
            planner="scripted",
            status="success",
            started="2026-11-24T10:00:00",
            asked=len(right) + 1,
            results=results,
            failures={"99": "there is no file"},
            measures={},
        )

    return make
