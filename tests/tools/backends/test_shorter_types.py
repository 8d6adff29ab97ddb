"""Backends of checkpoints run in bfloat16 too, as the host chooses it for large models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript.tools.backends import (
    BackendSpec,
    blip,
    blip2,
    clip,
    depth_anything,
    florence2,
    object_detection,
    vilt,
    vitpose,
    vlm,
)
from viscript.tools.backends.contrastive import Comparison, ContrastiveModel
from viscript.tools.backends.language_tools import Prompt
from viscript.tools.hosting.model import Placement
from viscript.tools.values import Box, Image

from . import tiny_encoders, tiny_language_models

SHORT = Placement("cpu", "bfloat16")


def placed(make: Callable[..., Any], folder: Path, of: Callable[..., Any]) -> tuple[Any, Any]:
    """A model in bfloat16 and in float32."""
    spec = BackendSpec("x", str(make(folder)))
    return of(spec, SHORT), of(spec, Placement("cpu", "float32"))


def test_numbers_are_nearly_those_of_float32(tmp_path: Path, cat: Image) -> None:
    def contrastive(spec: BackendSpec, placement: Placement) -> ContrastiveModel:
        return ContrastiveModel(clip.ClipEncoder.of(spec, placement))

    comparison = Comparison(cat.pixels, ("a cat", "x"))
    for make in (tiny_encoders.clip, tiny_encoders.siglip):
        short, full = placed(make, tmp_path / make.__name__, contrastive)
        expected = full.run([comparison])[0].similarities
        assert short.run([comparison])[0].similarities == pytest.approx(expected, abs=0.05)
    for make in (tiny_encoders.depth_anything, tiny_encoders.dpt):
        folder = tmp_path / make.__name__
        short, full = placed(make, folder, depth_anything.DepthNetwork.of)
        (expected,), (found,) = full.run([cat.pixels]), short.run([cat.pixels])
        assert found.dtype == np.float32
        assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.9


@pytest.mark.parametrize(
    ("make", "of"),
    [
        (tiny_language_models.blip, blip.BlipDescriber.of),
        (tiny_language_models.blip2, blip2.Blip2.of),
        (tiny_language_models.vilt, vilt.Vilt.of),
        (tiny_language_models.florence2, florence2.Florence2.of),
        (tiny_language_models.smolvlm, vlm.VisionLanguageModel.of),
    ],
)
def test_words_come_in_bfloat16_too(
    make: Callable[..., Path], of: Callable[..., Any], tmp_path: Path, cat: Image
) -> None:
    model = of(BackendSpec("x", str(make(tmp_path / "model"))), SHORT)
    (text,) = model.run([Prompt(cat.pixels, "what is it?", 4)])
    assert isinstance(text, str)


def test_places_are_found_in_bfloat16_too(tmp_path: Path, cat: Image) -> None:
    bodies = vitpose.Bodies(cat.pixels, (Box(0, 0, 100, 200), Box(30, 40, 90, 90)))
    folder = tiny_encoders.vitpose(tmp_path / "vitpose")
    (points,) = vitpose.VitPose.of(BackendSpec("x", str(folder)), SHORT).run([bodies])
    assert [one.shape for one in points] == [(17, 3), (17, 3)]
    folder = tiny_encoders.yolos(tmp_path / "yolos", ("cat", "dog"))
    (found,) = object_detection.Detector.of(BackendSpec("x", str(folder)), SHORT).run([cat.pixels])
    assert len(found)
    assert found.boxes.dtype == np.float32
