"""The benchmarks of the host measure what they say; their sizes are made small here."""

from __future__ import annotations

from pathlib import Path

import pytest
from viscript import Toolbox
from viscript.eval.bench import hosting, random_models
from viscript.tools.values import Image


def test_a_call_of_the_host_is_compared_with_a_call_of_its_model() -> None:
    figure = hosting.overhead()
    assert figure.aim == 1e-3
    assert 0 < figure.anchor_value < figure.value < 0.1


def test_calls_at_once_are_compared_with_calls_in_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosting, "CALLS", 3)
    monkeypatch.setattr(hosting, "ROUNDS", 1)
    monkeypatch.setattr(hosting, "LABELS", 2)
    checkpoint = random_models.clip(tmp_path / "tiny", tiny=True)
    profile = hosting.profile_of(tmp_path, "clip", checkpoint, "similarity", "classify")
    for figure in (hosting.batches("a tiny CLIP", profile), hosting.texts(profile)):
        assert figure.value > 0
        assert figure.aim == figure.anchor_value > 0


def test_the_models_with_random_weights_serve_their_tools(tmp_path: Path, cat: Image) -> None:
    checkpoint = random_models.clip(tmp_path / "tiny", tiny=True)
    tools = Toolbox.load(hosting.profile_of(tmp_path, "clip", checkpoint, "classify"), cache=None)
    (region,) = tools.classify(cat, ["a cat", "a dog"])
    assert region.label in ("a cat", "a dog")


def test_memory_under_a_budget_is_compared_with_memory_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosting, "COUNT", 3)
    for number in range(3):
        hosting.sized(tmp_path / f"mixed-{number}")
    assert hosting.mixed_load(tmp_path, "40 MB") > 0
