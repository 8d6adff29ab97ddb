"""`viscript eval compare`, on the logs of two evaluations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from inspect_ai.log import read_eval_log, write_eval_log
from viscript.__main__ import main
from viscript.eval.tasks import QUESTION

# inspect leaves the ends of anyio's streams to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Unclosed <Memory:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def compared(logs: Any, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    code = main(["eval", "compare", str(logs.before), str(logs.after), *words])
    out, err = capsys.readouterr()
    assert code == 0, err
    return out


def test_the_difference_and_what_flipped_are_shown(
    logs: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = compared(logs, capsys).splitlines()
    assert lines[0].startswith("A  50.0%  jsonl: scripted")
    assert lines[1].startswith("B  75.0%  jsonl: scripted")
    assert lines[2].startswith("B - A: +25.0 points (")
    assert lines[2].endswith("p = 1, 4 questions")
    assert lines[3] == "right only in A: 1, right only in B: 2"
    flips = [one for one in lines if one.startswith("only ")]
    assert flips[0] == "only A  count  How many people are there?"
    assert set(flips[1:]) == {"only B  dog  Is there a dog?", "only B  cup  Is there a <cup>?"}
    count = lines.index(flips[0])
    assert lines[count + 1] == "  right: '1'"
    assert [lines[count + 2], lines[count + 4]] == ["  A: '1'", "  B: '2'"]


def test_json_has_the_figures_and_the_pairs(logs: Any, capsys: pytest.CaptureFixture[str]) -> None:
    pair = json.loads(compared(logs, capsys, "--json"))
    assert (pair["first"]["mean"], pair["second"]["mean"], pair["difference"]) == (0.5, 0.75, 0.25)
    low, high = pair["interval"]
    assert low < 0.25 < high
    assert pair["p"] == 1
    ((before, after),) = pair["lost"]
    assert (before["id"], before["answer"], after["answer"]) == ("count", "1", "2")
    assert {one["id"] for _, one in pair["won"]} == {"dog", "cup"}
    assert all(a["score"] == 0 and b["score"] == 1 for a, b in pair["won"])
    assert all(one["run"] for both in pair["won"] for one in both)


def test_a_log_compared_with_itself_differs_in_nothing(
    logs: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "compare", str(logs.after), str(logs.after)]) == 0
    out = capsys.readouterr().out
    assert "B - A: +0.0 points (+0.0 to +0.0), p = 1, 4 questions" in out
    assert "right only in A: 0, right only in B: 0" in out


@pytest.mark.parametrize(
    ("answers", "shown"),
    [(["none", "no", "zero", "no"], "no"), (["none", "no"], "none")],
    ids=["the commonest", "the first of a tie"],
)
def test_of_several_right_answers_one_is_shown(
    logs: Any,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    answers: list[str],
    shown: str,
) -> None:
    log = read_eval_log(str(logs.before))
    for sample in log.samples or []:
        if sample.id == "cup":
            sample.metadata[QUESTION]["answers"] = answers
    changed = tmp_path / "before.eval"
    write_eval_log(log, str(changed))
    capsys.readouterr()
    assert main(["eval", "compare", str(changed), str(logs.after)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[lines.index("only B  cup  Is there a <cup>?") + 1] == f"  right: {shown!r}"
