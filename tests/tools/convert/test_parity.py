"""The comparison with TensorFlow.js notices what is off: tested here without a network."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from viscript.tools.convert.parity import Difference, difference, main

Array = NDArray[np.float32]
RNG = np.random.default_rng(1)


def off(name: str, title: str, array: Array, other: Array) -> Difference:
    return difference(name, {title: array}, {title: other}, (192, 96))


def test_equal_outputs_do_not_differ() -> None:
    for name, title, shape in (
        ("nanodet", "bins_8", (1, 5, 44)),
        ("blazeface-back", "boxes_16", (1, 5, 16)),
        ("selfie", "person", (1, 4, 4, 1)),
        ("movenet-lightning", "keypoints", (1, 1, 17, 3)),
        ("centernet", "detections", (1, 9, 6)),
    ):
        array = RNG.normal(size=shape).astype(np.float32)
        assert off(name, title, array, array.copy()) == Difference(0, 0)


def test_fractions_of_the_input_are_told_in_pixels() -> None:
    array = np.zeros((1, 1, 17, 3), np.float32)
    other = array.copy()
    other[0, 0, 3] = (0.01, 0.01, 0.5)  # y of 192, x of 96, confidence
    found = off("movenet-lightning", "keypoints", array, other)
    assert found.pixels == pytest.approx(1.92)
    assert found.score == pytest.approx(0.5)


def test_bins_are_told_as_distances_in_pixels() -> None:
    near = np.full((1, 1, 44), -50, np.float32)
    near[0, 0, 2] = 50  # the left side is two strides away, with certainty
    far = near.copy()
    far[0, 0, 2], far[0, 0, 3] = -50, 50
    assert off("nanodet", "bins_16", near, far).pixels == pytest.approx(16)


def test_logits_are_told_as_scores() -> None:
    low, high = (np.full((1, 4, 1), logit, np.float32) for logit in (-200, 0))
    found = off("blazeface-back", "scores_16", low, high)
    assert found.pixels == 0
    assert found.score == pytest.approx(0.5)


def test_detections_with_nearly_equal_scores_may_change_places() -> None:
    one = [10, 10, 50, 50, 0.4, 3]
    two = [200, 10, 250, 50, 0.4 + 1e-7, 7]
    ours, theirs = (np.array([rows], np.float32) for rows in ([one, two], [two, one]))
    found = off("centernet", "detections", ours, theirs)
    assert found.pixels == 0
    assert found.score < 1e-6


@pytest.mark.parametrize(("column", "step"), [(0, 1.0), (4, 0.1), (5, 1.0)])
def test_a_detection_of_another_place_score_or_class_is_noticed(column: int, step: float) -> None:
    ours = np.array([[[10, 10, 50, 50, 0.4, 3], [200, 10, 250, 50, 0.3, 7]]], np.float32)
    theirs = ours.copy()
    theirs[0, 0, column] += step
    found = off("centernet", "detections", ours, theirs)
    assert max(found.pixels, found.score) >= step * 0.99


def test_the_photos_that_it_uses_are_in_the_wheel_of_scikit_image() -> None:
    photos: Any = import_module("skimage.data")
    for name in ("astronaut", "coffee", "chelsea", "rocket"):
        assert getattr(photos, name)().shape[2] == 3


def test_a_missing_node_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["selfie"]) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [
        "Node is not installed (install Node.js: https://nodejs.org)"
    ]
    assert captured.out == ""


def test_an_unknown_model_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        main(["nanodot"])
    assert error.value.code == 2
    assert "there is no model 'nanodot'" in capsys.readouterr().err
