"""`viscript eval SUITE` from end to end, with the embedded planner and real tools."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript.agent.planners.embedded.model import ADAPTER

# inspect leaves the ends of anyio's streams to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Unclosed <Memory:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Command = Callable[..., tuple[int, str, str]]


def test_a_suite_runs_and_its_wrong_answers_lead_to_their_pages(
    viscript: Command, own_questions: Path
) -> None:
    code, out, err = viscript("eval", own_questions)
    assert code == 0, err
    assert "| all | 3 | 66.7%" in out
    assert "| count | 1 | 100.0%" in out
    assert "| program or tool | 1 (100%) |" in out
    code, out, _ = viscript("eval", "show", "last", "--wrong")
    assert code == 0
    assert "Is there a person?" in out
    assert "How many people" not in out
    page = re.search(r"^  (/.*rationale\.html)$", out, re.MULTILINE)
    assert page is not None
    assert "person" in Path(page[1]).read_text("utf-8")


def test_json_has_figures_and_baselines(viscript: Command, own_questions: Path) -> None:
    code, out, _ = viscript("eval", own_questions, "--limit", 2, "--json")
    assert code == 0
    figures = json.loads(out)
    assert figures["answered"] == figures["asked"] == 2
    assert figures["systems"]["viscript"]["all"]["mean"] == 1
    # Without eyes nobody is counted, and the dog is still not there.
    assert figures["systems"]["emptied tools"]["all"]["mean"] == 0.5
    assert figures["systems"]["majority answer"]["all"]["mean"] == 1
    assert figures["costs"]["plans"] == 1
    assert Path(figures["log"]).is_file()
    _, out, _ = viscript("eval", "show", "last", "--limit", 1, "--json")
    shown = json.loads(out)
    assert shown["found"] == 2
    assert len(shown["samples"]) == 1


def test_the_same_command_goes_on_with_the_questions_that_were_not_answered(
    viscript: Command, own_questions: Path
) -> None:
    picture = own_questions.parent / "astronaut.png"
    text = own_questions.read_text("utf-8")
    own_questions.write_text(text.replace("astronaut", "later", 1), "utf-8")
    _, out, _ = viscript("eval", own_questions, "--json")
    first = json.loads(out)
    assert first["answered"] == 2
    assert "later.png" in first["failures"]["people"]
    picture.rename(picture.with_name("later.png"))
    _, out, _ = viscript("eval", own_questions, "--resume", "--json")
    second = json.loads(out)
    assert second["answered"] == 3
    assert second["failures"] == {}
    # The picture of the others is gone now: their answers were kept.
    assert not picture.exists()
    code, _, err = viscript("eval", own_questions, "--resume")
    assert code == 2
    assert "no stopped evaluation" in err


def test_another_adapter_plans_and_is_told_beside_the_planner(
    viscript: Command, own_questions: Path
) -> None:
    own = own_questions.parent / "own.gguf"
    own.symlink_to(ADAPTER)
    code, out, err = viscript("eval", own_questions, "--limit", 1, "--adapter", own, "--json")
    assert code == 0, err
    figures = json.loads(out)
    assert figures["planner"] == f"embedded (adapter {own})"
    assert figures["systems"]["viscript"]["all"]["mean"] == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["vqa3"], "there is no suite 'vqa3'"),
        (["vqav2"], "the suite needs its data"),
        (["vqav2", "--data", "nowhere"], "nowhere"),
        (["nothing.jsonl"], "nothing.jsonl"),
        (["easy-vqa", "--profile", "none"], "there is no profile 'none'"),
        (["easy-vqa", "--planner", "none"], "there is no planner 'none'"),
        (["easy-vqa", "--adapter", "none.gguf"], "none.gguf (`viscript train planner` makes one)"),
        (["show"], "there is no log"),
        (["report", "other.eval"], "there is no log other.eval"),
    ],
)
def test_wrong_input_is_said_in_a_line(viscript: Command, words: list[str], message: str) -> None:
    code, out, err = viscript("eval", *words)
    assert code == 2
    assert message in err
    assert "Traceback" not in err + out
