from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

from viscript.eval.reports.page import render
from viscript.eval.reports.results import Evaluation
from viscript.eval.reports.table import markdown

Make = Callable[..., Evaluation]


def test_the_page_needs_nothing_but_itself_and_runs_nothing(evaluation_of: Make) -> None:
    page = render([evaluation_of()])
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<link|src=\"(?!data:)", page)
    # What questions and models say is text.
    assert "Is &lt;it&gt; 2?" in page
    assert "<it>" not in page


def test_the_page_has_the_figures_and_wrong_answers_of_each_cause(evaluation_of: Make) -> None:
    page = render([evaluation_of(), evaluation_of()])
    assert page.count("50.0% (21.5–78.5)") >= 2
    assert page.count("Why 4 answers are wrong") == 2
    assert "answer = &#39;yes&#39;" in page


def test_a_perfect_evaluation_has_no_causes(evaluation_of: Make) -> None:
    assert "are wrong" not in render([evaluation_of([True] * 8)])


def test_the_table_is_markdown(evaluation_of: Make) -> None:
    lines = markdown([evaluation_of()]).split("\n")
    assert "scripted planner, profile embedded, 8 of 9 questions, 1 could not be put." in lines
    assert "| questions | number | viscript | emptied tools | majority answer |" in lines
    assert any(one.startswith("| all | 8 | 50.0% (21.5–78.5) | 0.0%") for one in lines)
    assert "| wrong program | 2 (50%) |" in lines
    assert any("2.0 tool calls, 50% of them from the cache" in one for one in lines)


def test_several_evaluations_share_a_table_with_their_costs(evaluation_of: Make) -> None:
    first, second = evaluation_of(), replace(evaluation_of([True] * 8), title="others")
    header, _, *rows = markdown([first, second]).split("\n")[:4]
    assert header == (
        "| suite | planner, profile | questions | viscript | emptied tools | majority answer | "
        "seconds | tool calls | from the cache | plans | tokens | cost |"
    )
    assert rows[0].startswith("| questions | scripted, embedded | 8 | 50.0% (21.5–78.5) | 0.0% ")
    assert rows[1].startswith("| others | scripted, embedded | 8 | 100.0% (67.6–100.0) | 0.0% ")
    assert rows[0].endswith("| 0.50 | 2.0 | 50% | 1.00 | 0 + 8 | $0.0010 |")
    page = render([first, second])
    assert re.search(r"<th>others</th>.*<td class=\"number\">100.0% \(67.6–100.0\)</td>", page)
    assert "from the cache</th>" not in render([first])


def test_what_a_baseline_did_not_answer_has_a_dash_or_its_number(evaluation_of: Make) -> None:
    results = [replace(one, baselines={}) for one in evaluation_of().results]
    results[0] = replace(results[0], baselines={"ask alone": 1.0})
    evaluation = replace(evaluation_of(), results=results)
    rows = [one.split(" | ") for one in markdown([evaluation]).split("\n")]
    asked = {one[0].lstrip("| "): one[3:5] for one in rows if len(one) == 6}
    assert asked["questions"] == ["ask alone", "emptied tools"]
    assert asked["all"] == ["100.0% (20.7–100.0) of 1", "–"]
    assert asked["b"] == ["–", "–"]
    page = render([evaluation])
    assert page.count("100.0% (20.7–100.0) of 1") == 4
    assert re.search(r"<td>\s*–\s*</td>", page)


def test_a_report_says_what_was_not_asked_and_what_does_not_count(evaluation_of: Make) -> None:
    baselines = {"ask alone": "a call may be charged for", "emptied tools": ""}
    evaluation = replace(evaluation_of(), asked=10, uncounted=2, baselines=baselines)
    for report in (markdown([evaluation]), unescape(render([evaluation]))):
        assert "ask alone: left out, a call may be charged for (--yes allows it)" in report
        assert "10 of 10 questions, 2 of them for the suite's measures only" in report
        assert "emptied tools: left out" not in report
