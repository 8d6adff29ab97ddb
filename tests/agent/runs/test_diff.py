from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from viscript import Image, InputError, Toolbox
from viscript.agent.runs import Run, RunError, Step, StepError, diff, replay, run_program
from viscript.agent.runs.summary import read_run

MakeToolbox = Callable[..., Toolbox]


def step(number: int, tool: str, result: object = 1, **arguments: object) -> Step:
    return Step(number, tool, number, arguments, result, 0.1, False, "", "")


def run_of(steps: Sequence[Step], answer: object = "yes", **changes: object) -> Run:
    run = Run("", "viscript", "embedded", [], "2026-11-24T10:00:00", steps=steps, answer=answer)
    for name, value in changes.items():
        setattr(run, name, value)
    return run


FIND, COUNT = step(1, "find", query="dog"), step(2, "count", 2)


def test_equal_runs_have_no_difference_whatever_time_they_took() -> None:
    difference = diff(run_of([FIND, COUNT], seconds=1.0), run_of([FIND, COUNT], seconds=2.0))
    assert difference.same
    assert difference.seconds == (1.0, 2.0)
    assert all(one.same for one in difference.steps)


def test_another_result_is_told_with_both_values() -> None:
    difference = diff(run_of([FIND, COUNT]), run_of([FIND, step(2, "count", 3)]))
    assert [one.result for one in difference.steps] == [None, ("2", "3")]
    assert not difference.same


def test_another_argument_is_told_by_its_name() -> None:
    difference = diff(run_of([FIND]), run_of([step(1, "find", query="cat", max=2)]))
    assert difference.steps[0].arguments == {
        "query": ("'dog'", "'cat'"),
        "max": ("not given", "2"),
    }


def test_a_step_that_only_one_run_has_shifts_nothing() -> None:
    difference = diff(run_of([FIND, COUNT]), run_of([FIND, step(2, "crop"), COUNT]))
    pairs = [(a.old and a.old.tool, a.new and a.new.tool) for a in difference.steps]
    assert pairs == [("find", "find"), (None, "crop"), ("count", "count")]
    assert [one.same for one in difference.steps] == [True, False, True]


def test_another_tool_in_the_same_place_is_a_difference() -> None:
    difference = diff(run_of([FIND]), run_of([step(1, "select", query="dog")]))
    assert [one.same for one in difference.steps] == [False]


def test_errors_are_compared_too() -> None:
    failed = Step(
        1, "find", 1, {"query": "dog"}, None, 0, False, "", "", StepError("tool", "x", "")
    )
    difference = diff(
        run_of([FIND]), run_of([failed], answer=None, error=RunError("tool", "x", "", 1, 1))
    )
    assert difference.answer == ("'yes'", "error: x")
    assert difference.steps[0].result == ("1", "x")


def test_two_runs_that_failed_alike_are_the_same() -> None:
    failed = run_of([], answer=None, error=RunError("tool", "x", ""))
    assert diff(failed, failed).same


def test_a_difference_is_json() -> None:
    data = diff(run_of([FIND]), run_of([])).to_json()
    assert json.loads(json.dumps(data)) == data
    assert data["steps"][0]["new"] is None


PROGRAM = 'top = half(image, "top")\nanswer = crop(image, top)\n'


def test_a_replay_of_the_same_tools_is_the_same(
    toolbox_of: MakeToolbox, coffee: Image, tmp_path: Path
) -> None:
    run_program(PROGRAM, [coffee], toolbox_of(), folder=tmp_path / "run")
    again = replay(tmp_path / "run", toolbox_of())
    assert again.difference.same
    assert again.run.answer == again.recorded.answer
    assert [step.cached for step in again.run.steps] == [False, False]


def test_a_replay_tells_which_steps_gave_another_result(
    toolbox_of: MakeToolbox, coffee: Image, tmp_path: Path
) -> None:
    run_program(PROGRAM, [coffee], toolbox_of(), folder=tmp_path / "run")
    trace = tmp_path / "run" / "trace.jsonl"
    trace.write_text(trace.read_text().replace('"top half"', '"upper half"'))
    again = replay(tmp_path / "run", toolbox_of())
    assert not again.difference.steps[0].same
    assert json.loads(json.dumps(again.to_json()))["same"] is False


def test_a_replay_refuses_a_picture_that_was_changed(
    toolbox_of: MakeToolbox, coffee: Image, cat: Image, tmp_path: Path
) -> None:
    run_program("answer = image.width", [coffee], toolbox_of(), folder=tmp_path / "run")
    other = Image.from_array(cat.pixels[:10, :10])
    kept = tmp_path / "run" / "artifacts" / f"{coffee.digest}.png"
    kept.write_bytes(other.to_png())
    with pytest.raises(InputError):
        replay(tmp_path / "run", toolbox_of())


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no run"):
        read_run(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"program": 1}', "\x00"])
def test_a_damaged_summary_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(InputError):
        read_run(tmp_path)


def test_a_run_read_from_its_folder_is_what_it_was(
    toolbox_of: MakeToolbox, coffee: Image, tmp_path: Path
) -> None:
    run = run_program(PROGRAM, [coffee], toolbox_of(), folder=tmp_path / "run")
    recorded = read_run(tmp_path / "run")
    assert diff(run, recorded).same
    assert recorded.to_json() == run.to_json()
