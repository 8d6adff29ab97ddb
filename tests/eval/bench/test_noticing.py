"""The report on silently wrong results counts what it says."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from viscript import Toolbox
from viscript.agent.runs.execute import run_program
from viscript.eval.bench import noticing
from viscript.eval.bench.corrupted_tools import CorruptedTools, corruptions_of
from viscript.eval.bench.noticing import Case, main, measured, scene_cases
from viscript.tools.cache import MemoryCache
from viscript.tools.values import Box, Image, Region


@pytest.fixture
def things(cat: Image) -> list[Region]:
    """Three regions, one with text."""
    boxes = (Box(10, 10, 60, 60), Box(200, 20, 260, 90), Box(300, 100, 400, 200))
    return [Region(cat, box, "thing", 0.9, text="SIGN") for box in boxes]


def test_every_corruption_gives_another_result_of_the_same_kind(things: list[Region]) -> None:
    for tool, result in (
        ("find", things),
        ("read_text", things),
        ("count", 3),
        ("exists", True),
        ("color_of", "red"),
    ):
        found = corruptions_of(tool, result)
        assert found
        for corruption in found:
            for seed in range(20):
                wrong = corruption(result, Random(seed))
                assert wrong != result
                assert type(wrong) is type(result)
    assert corruptions_of("find", []) == []
    assert corruptions_of("crop", things[0].image) == []


def test_only_the_call_that_was_named_is_corrupted_until_it_is_mended(astronaut: Image) -> None:
    tools = CorruptedTools(Toolbox.load("embedded", cache=MemoryCache()))
    tools.corrupt("find", {"image": astronaut, "query": "person"}, [])
    program = 'answer = [count(find(image, "person")), count(find(image, "people"))]'
    assert run_program(program, [astronaut], tools, record=False).answer == [0, 1]
    tools.mend()
    assert run_program(program, [astronaut], tools, record=False).answer == [1, 1]


def test_corruptions_that_are_noticed_and_those_that_are_not_are_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some = measured(scene_cases(60), 12)
    assert some.corrupted.total() == 12
    assert 0 < some.noticed.total() <= 12
    assert some.honest >= 12
    assert some.doubted < some.honest / 2

    def nothing(case: Case, run: Any) -> float:
        return 1.0

    monkeypatch.setattr(noticing, "_confidence", nothing)
    blind = measured(scene_cases(60), 12)
    assert blind.corrupted == some.corrupted
    # What makes a run fail is noticed without a second look.
    assert blind.noticed.total() < some.noticed.total() / 2
    assert blind.doubted == 0


def test_the_report_is_one_object(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "PHOTOS", {"chelsea": noticing.PHOTOS["chelsea"]})
    main(["--runs", "3", "--rounds", "1", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert report["scenes"]["corrupted"] == 3
    assert 1 <= report["photos"]["honest"] <= 3
    for part in ("scenes", "photos"):
        kinds = report[part]["kinds"].values()
        assert sum(one["corrupted"] for one in kinds) == report[part]["corrupted"]
        assert sum(one["noticed"] for one in kinds) == report[part]["noticed"]
