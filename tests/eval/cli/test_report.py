"""`viscript eval report` and `show`, on the logs of two evaluations."""

from __future__ import annotations

import json
import re
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest
from viscript.__main__ import main
from viscript.eval.reports.results import read_evaluation

# inspect leaves the ends of anyio's streams to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Unclosed <Memory:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def file_of(address: str) -> Path:
    return Path(url2pathname(urlparse(address).path))


def reported(logs: Any, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    code = main(["eval", "report", str(logs.before), str(logs.after), *words])
    out, err = capsys.readouterr()
    assert code == 0, err
    return out


def test_the_report_prints_a_table_for_each_log(
    logs: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = reported(logs, capsys, "--output", str(tmp_path / "report.html"))
    assert out.count("| questions | number | viscript | emptied tools |") == 2
    assert "| all | 4 | 50.0% (15.0–85.0)" in out
    assert "| all | 4 | 75.0%" in out
    assert "| count | 1 | 100.0%" in out
    assert "| wrong because | of 2 |" in out
    assert "| step failed | 1 (50%) |" in out
    assert re.search(r"\d+ tokens read and \d+ written, \$0\.00\d+\.", out)


def test_the_page_leads_from_each_wrong_answer_to_its_steps(
    logs: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reported(logs, capsys, "--output", str(tmp_path / "report.html"))
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Why 2 answers are wrong" in page
    assert "Why 1 answers are wrong" in page
    assert "Is there a &lt;cup&gt;?" in page
    # The picture of each wrong answer, small.
    assert page.count('<img src="data:image/jpeg') == 3
    leads = [file_of(one) for one in re.findall(r'href="(file:[^"]+)"', page)]
    assert len(leads) == 3
    assert all("astronaut" in one.read_text("utf-8") for one in leads)
    wrong = [
        one.record
        for log in logs
        for one in read_evaluation(log).results
        if one.cause and one.record.run
    ]
    assert {one.parent for one in leads} == {Path(one.run) for one in wrong}


def test_json_has_the_figures_of_each_log(
    logs: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "report.html"
    report = json.loads(reported(logs, capsys, "--output", str(page), "--json"))
    assert Path(report["page"]) == page
    before, after = report["evaluations"]
    assert before["log"] == str(logs.before)
    shares = [one["systems"]["viscript"]["all"] for one in (before, after)]
    assert [(one["mean"], one["count"]) for one in shares] == [(0.5, 4), (0.75, 4)]
    assert before["causes"] == {"program or tool": 1, "step failed": 1}
    costs = before["costs"]
    # Each call of the planner took as much.
    assert costs["plans"] > 1
    assert costs["input_tokens"] == 1000 * costs["plans"]
    assert costs["output_tokens"] == 50 * costs["plans"]
    assert costs["cost"] == pytest.approx(0.002 * costs["plans"])


def test_questions_on_one_picture_share_its_work(logs: Any) -> None:
    records = {one.question.id: one.record for one in read_evaluation(logs.before).results}
    # Three of them look for persons, of which one at least is the first to.
    looked = [records[name] for name in ("count", "dog", "person")]
    assert [one.steps for one in looked] == [2, 2, 2]
    assert sum(one.cached for one in looked) >= 2


def test_the_steps_of_programs_that_were_planned_again_count(logs: Any) -> None:
    records = {one.question.id: one.record for one in read_evaluation(logs.before).results}
    failed = records["cup"]
    assert failed.plans > 1
    assert failed.steps == failed.plans


def test_a_report_is_not_overwritten_unasked(
    logs: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "report.html"
    page.write_text("mine", "utf-8")
    assert main(["eval", "report", str(logs.before), "--output", str(page)]) == 2
    assert "there is already a" in capsys.readouterr().err
    assert page.read_text("utf-8") == "mine"
    assert main(["eval", "report", str(logs.before), "--output", str(page), "--force"]) == 0
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_show_opens_the_page_of_the_first_sample(
    logs: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    words = ["--wrong", "--cause", "program or tool", "--open"]
    assert main(["eval", "show", str(logs.before), *words]) == 0
    assert "Is there a dog?" in capsys.readouterr().out
    (address,) = opened
    (dog,) = (one for one in read_evaluation(logs.before).results if one.question.id == "dog")
    assert file_of(address).parent == Path(dog.record.run)
    assert "person" in file_of(address).read_text("utf-8")
