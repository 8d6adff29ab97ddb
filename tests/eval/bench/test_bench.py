"""The benchmarks measure what they say, and print it."""

from __future__ import annotations

import json
import time

import pytest
from viscript.eval.bench import commands, steps, throughput
from viscript.eval.bench.__main__ import GROUPS, main
from viscript.eval.bench.figures import Figure, seconds_of
from viscript.eval.bench.samples import photo, twenty_regions
from viscript.tools.values import digest_of


def test_the_time_of_a_call_is_that_of_one_call() -> None:
    def work() -> None:
        end = time.perf_counter() + 0.002
        while time.perf_counter() < end:
            pass

    (seconds,) = seconds_of(work, rounds=3)
    assert 0.002 <= seconds < 0.2


def test_short_calls_are_timed_in_bulk() -> None:
    calls: list[None] = []
    seconds_of(lambda: calls.append(None), rounds=2, least=0.001)
    assert len(calls) > 1000


def test_works_take_turns() -> None:
    turns: list[str] = []
    seconds = seconds_of(lambda: turns.append("a"), lambda: turns.append("b"), rounds=3, least=0)
    assert len(seconds) == 2
    assert turns[-6:] == ["a", "b"] * 3


def test_a_figure_knows_its_ratio() -> None:
    figure = Figure("a", 3.0, "b", 2.0)
    assert figure.ratio == 1.5
    assert figure.to_json()["ratio"] == 1.5


def test_the_samples_are_the_same_each_time() -> None:
    assert photo().size == (640, 480)
    assert photo() == photo()
    assert digest_of(twenty_regions(photo())) == digest_of(twenty_regions(photo()))
    assert len(set(twenty_regions(photo()))) == 20


def test_a_group_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["cache", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert report["machine"]["cores"] >= 1
    assert {figure["anchor"] for figure in report["figures"]} >= {
        "diskcache, keyed by xxh3",
        "joblib.Memory",
    }
    for figure in report["figures"]:
        assert 0 < figure["value"] < 1
        assert figure["ratio"] == figure["value"] / figure["anchor_value"]


def test_a_group_prints_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    main(["find"])
    printed = capsys.readouterr().out
    assert "find, warm, 640x480" in printed
    assert "its network alone" in printed


def test_every_other_group_measures_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "STEPS", 10)
    monkeypatch.setattr(steps, "ROUNDS", 1)
    monkeypatch.setattr(commands, "ROUNDS", 1)
    figures = [*steps.measure(), *commands.measure()]
    assert len({figure.name for figure in figures}) == len(figures) == 8
    assert all(figure.value > 0 and figure.anchor_value > 0 for figure in figures)


def test_an_unknown_group_is_refused_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["speed"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "'speed'" in said
    assert all(name in said for name in GROUPS)


def test_the_throughput_is_of_as_many_questions_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throughput, "PICTURES", 3)
    monkeypatch.setattr(throughput, "ROUNDS", 2)
    monkeypatch.setattr(throughput, "LAYERS", 1)
    # It fails where the answers are not the same both ways.
    (figure,) = throughput.measure()
    assert figure.name == "18 questions on 3 pictures"
    assert figure.value > 0
    assert figure.anchor_value > 0


def test_calls_of_the_throughput_run_as_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throughput, "PICTURES", 6)
    monkeypatch.setattr(throughput, "ROUNDS", 1)
    monkeypatch.setattr(throughput, "LAYERS", 1)
    (figure,) = throughput.measure()
    batches, calls = figure.to_json()["counts"].values()
    assert batches > 0
    assert 2 * batches <= calls <= 3 * 6


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (0.25, 0.25001, True),
        (0.25, 0.26, False),
        (0, 0.0, False),
        (True, 1, False),
        ("a cat", "a cat", True),
        ("a cat", "a cup", False),
    ],
)
def test_answers_are_the_same_but_for_the_last_digits_of_a_number(
    one: object, other: object, same: bool
) -> None:
    assert throughput.same(one, other) is same


def test_each_view_of_the_throughput_is_another_picture() -> None:
    pictures = throughput.views(30)
    assert len({picture.digest for picture in pictures}) == 30
    assert {picture.width for picture in pictures} == {picture.height for picture in pictures}
