"""Who judges whether an object is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from viscript import Image, Toolbox
from viscript.agent.runs import run_program
from viscript.eval.suites import edit_judges
from viscript.eval.suites.edit_judges import judge_of
from viscript.eval.suites.editing import details
from viscript.eval.suites.suite import Given, Question
from viscript.tools.backends.nanodet import NanoDet
from viscript.tools.cache import MemoryCache
from viscript.tools.folders import models_folder


def test_centernet_judges_what_nanodet_found(tmp_path: Path, cat: Image) -> None:
    if not (models_folder() / "centernet.onnx").is_file():
        pytest.skip("needs CenterNet: viscript models pull embedded-plus")
    cat.save(tmp_path / "cat.png")
    tools = Toolbox.load(cache=MemoryCache())
    (found,) = tools.call("find", cat, "cat")
    program = "answer = remove(image, find(image, 'cat'))"
    run = run_program(program, [tmp_path / "cat.png"], tools, folder=tmp_path / "run")
    truth = {"names": ["cat"], "boxes": [found.box.xyxy]}
    question = Question("1", [tmp_path / "cat.png"], "?", ["removed"], "removed", truth=truth)
    checks = details(question, Given(value=run.answer, run=str(run.folder)))
    assert (checks["judge"], checks["other"]) == ("centernet", True)


def test_where_there_is_no_other_detector_the_same_one_judges_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edit_judges, "NETWORKS", {"nanodet": NanoDet})
    judge = judge_of(["nanodet"])
    assert (judge.name, judge.other) == ("nanodet", False)
