"""Edits that people judge blind, from the page to the tally."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from viscript import Image
from viscript.agent.planners.planner import Plan, Task
from viscript.eval import system

# inspect leaves the ends of anyio's streams to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Unclosed <Memory:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Command = Callable[..., tuple[int, str, str]]
REQUEST = "Could you do that effect where only the <person> has colour?"


class ScriptedPlanner:
    """Turns all but the person grey, whatever is asked."""

    name = "scripted"
    reads_examples = False
    writes_cells = False

    def plan(self, task: Task, on_token: Callable[[str], None] | None = None) -> Plan:
        return Plan("answer = color_pop(image, find(image, 'person'))")


@pytest.fixture
def edits(own_place: Path, astronaut: Image, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two edits, of which the second is asked for at a place where there is nothing."""

    def scripted(name: str) -> ScriptedPlanner:
        return ScriptedPlanner()

    monkeypatch.setattr(system, "planner_from", scripted)
    astronaut.save(own_place / "astronaut.png")
    line = {"image": "astronaut.png", "instruction": REQUEST, "effect": "background grey"}
    boxes = {"person": [15, 14, 364, 508], "nobody": [400, 10, 500, 60]}
    lines = [
        json.dumps({**line, "id": name, "objects": [{"name": "person", "box": box}]})
        for name, box in boxes.items()
    ]
    path = own_place / "edits.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_votes_on_a_blind_page_are_counted_and_compared(viscript: Command, edits: Path) -> None:
    code, out, err = viscript("eval", "editing", "--data", edits, "--json")
    assert code == 0, err
    assert json.loads(out)["systems"]["viscript"]["all"]["mean"] == 0.5
    code, _, err = viscript("eval", "judge")
    assert code == 0, err
    page = Path("judge.html").read_text("utf-8")
    assert "&lt;person&gt;" in page
    assert "scripted" not in page
    keys = sorted(set(re.findall(r'name="([0-9a-f]{16})"', page)))
    assert len(keys) == 2
    # Both are the same edit: one reader calls both right, another one judges the first only.
    for name, said in (("a", dict.fromkeys(keys, "right")), ("b", {keys[0]: "wrong"})):
        Path(f"{name}.json").write_text(json.dumps({"votes": said}), "utf-8")
    code, out, err = viscript("eval", "tally", "a.json", "b.json", "--json")
    assert code == 0, err
    (system,) = json.loads(out)["systems"]
    assert (system["votes"], system["right"]) == (3, pytest.approx(2 / 3))
    # The checks pass one of two edits: each of the first reader's halves, and either for the other.
    assert system["agreed"] in (pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_only_what_both_logs_have_is_judged_and_the_rest_is_said(
    viscript: Command, edits: Path
) -> None:
    logs: list[str] = []
    for limit in (2, 1):
        command = ("eval", "editing", "--data", edits, "--limit", limit, "--json")
        logs.append(json.loads(viscript(*command)[1])["log"])
    code, out, err = viscript("eval", "judge", *logs)
    assert code == 0, err
    assert "judge.html" in out
    said = "questions left out: 1 because not every log answers it by a picture"
    assert said in err
    page = Path("judge.html").read_text("utf-8")
    assert said.capitalize() in page
    assert len(set(re.findall(r'name="([0-9a-f]{16})"', page))) == 2
    _, out, _ = viscript("eval", "judge", *logs, "--force", "--json")
    judged = json.loads(out)
    assert (judged["questions"], judged["unpaired"], judged["beyond"]) == (1, 1, 0)


def test_votes_of_another_page_are_refused(viscript: Command, edits: Path) -> None:
    assert viscript("eval", "editing", "--data", edits, "--limit", 1)[0] == 0
    Path("a.json").write_text('{"votes": {"0123456789abcdef": "right"}}', "utf-8")
    code, _, err = viscript("eval", "tally", "a.json")
    assert code == 2
    assert "not on edits of these logs" in err
    Path("a.json").write_text('{"votes": {"0123456789abcdef": "good"}}', "utf-8")
    code, _, err = viscript("eval", "tally", "a.json")
    assert code == 2
    assert "not a file of votes" in err
    assert viscript("eval", "judge", "-o", "a.json")[0] == 2


def test_a_log_without_edits_has_no_page(viscript: Command, own_questions: Path) -> None:
    assert viscript("eval", own_questions, "--limit", 1)[0] == 0
    code, _, err = viscript("eval", "judge", "last")
    assert code == 2
    assert "no edit to judge" in err
