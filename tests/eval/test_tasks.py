"""The suites as inspect's tasks."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from viscript import InputError, Toolbox
from viscript.eval.suites import MODULES, suite_named
from viscript.eval.system import why_not_alone
from viscript.eval.tasks import task_of


def test_inspect_finds_the_tasks_by_the_package() -> None:
    (entry,) = entry_points(group="inspect_ai", name="viscript")
    assert set(entry.load().TASKS) == set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_a_suite_has_the_name_that_it_is_listed_under(name: str) -> None:
    assert suite_named(name).name == name


@pytest.mark.parametrize(
    ("ids", "double"), [(["x", "y", "x"], "x"), ([None, "4", "3", None], "4"), (["2", None], "2")]
)
def test_two_questions_with_the_same_id_are_refused(
    tmp_path: Path, ids: list[str | None], double: str
) -> None:
    line = {"image": "a.png", "question": "Is it?", "answer": "yes"}
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps({**line, "id": one or ""}) for one in ids), "utf-8")
    with pytest.raises(InputError, match=f"two questions have the id '{double}'"):
        task_of(suite_named("jsonl"), str(path))


@pytest.mark.parametrize(
    ("suite", "files"),
    [
        ("jsonl", {"asked.jsonl": "\n"}),
        ("easy-vqa", {"questions.json": "[]"}),
        (
            "vqav2",
            {"questions.json": '{"questions": []}', "annotations.json": '{"annotations": []}'},
        ),
        ("refcoco", {"refs.json": "[]", "instances.json": '{"images": [], "annotations": []}'}),
    ],
)
def test_data_without_a_question_is_refused(
    tmp_path: Path, suite: str, files: dict[str, str]
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    data = str(tmp_path / "asked.jsonl" if suite == "jsonl" else tmp_path)
    with pytest.raises(InputError, match=f"there is no question of {suite} in {data}") as refused:
        task_of(suite_named(suite), data)
    assert "empty" in refused.value.hint


def test_a_tool_that_costs_money_is_asked_alone_only_with_a_yes(tmp_path: Path) -> None:
    profile = tmp_path / "paid.toml"
    profile.write_text("extends = 'remote'\n[tools.ask]\ncosts_money = true\n", "utf-8")
    paid, free = Toolbox.load(profile, cache=None), Toolbox.load("hub", cache=None)
    assert why_not_alone(paid, yes=False) == "a call may be charged for"
    assert why_not_alone(paid, yes=True) == ""
    assert why_not_alone(free, yes=False) == ""


def test_help_needs_neither_the_harness_nor_the_models() -> None:
    heavy = "'inspect_ai', 'numpy', 'rich', 'langgraph'"
    code = (
        "import sys; from viscript.__main__ import main; main(['eval', '--help'])\n"
        f"print([name for name in ({heavy}) if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "easy-vqa" in done.stdout
