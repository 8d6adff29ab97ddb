"""An exported CLIP says what the checkpoint says, without torch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from viscript import Toolbox
from viscript.tools.backends import BackendSpec, clip
from viscript.tools.errors import ModelError
from viscript.tools.values import Box, Image, Region

from . import tiny_encoders
from .hub_profiles import profile

TOOLS = ("similarity", "classify", "select")


@pytest.fixture(scope="module", params=["clip", "siglip"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Toolbox, Toolbox]:
    """A toolbox with a checkpoint, and one with its export."""
    folder = tmp_path_factory.mktemp("exported")
    make = tiny_encoders.clip if request.param == "clip" else tiny_encoders.siglip
    checkpoint = make(folder / "checkpoint")
    files = clip.export(BackendSpec("clip", str(checkpoint)), folder / "onnx")
    assert sorted(path.name for path in files) == [
        *("clip.json", "text.onnx", "tokenizer.json", "vision.onnx")
    ]
    written = (
        profile(folder / "torch.toml", "clip", checkpoint, *TOOLS),
        profile(folder / "onnx.toml", "onnx-clip", folder / "onnx", *TOOLS),
    )
    first, second = (Toolbox.load(path, cache=None) for path in written)
    return first, second


def test_an_export_scores_as_its_checkpoint(both: tuple[Toolbox, Toolbox], cat: Image) -> None:
    first, second = both
    regions = [
        Region(cat, Box(*box), "person")
        for box in ((0, 0, 100, 250), (120, 40, 330, 110), (340, 30, 440, 130))
    ]
    long = "a sentence that is longer than the forty signs that the model reads of any text"
    for picture in (cat, *regions):
        for text in ("a cat", "Zebra <|endoftext|> crossing", long):
            expected = first.similarity(picture, text)
            # Pillow and torchvision round the pixels of a scaled picture each in their own way.
            assert second.similarity(picture, text) == pytest.approx(expected, abs=0.02)
    labels = ["cat", "x", "zebra"]
    for one, other in zip(
        first.classify(regions, labels), second.classify(regions, labels), strict=True
    ):
        assert one.score == pytest.approx(other.score, abs=0.02)
    assert second.select(regions, "the largest person") == [regions[0]]


def test_a_model_for_any_shape_is_not_exported(tmp_path: Path) -> None:
    folder = tiny_encoders.siglip(tmp_path / "naflex", naflex=True)
    with pytest.raises(ModelError, match="any shape"):
        clip.export(BackendSpec("clip", str(folder)), tmp_path / "out")


def test_serving_an_export_imports_neither_torch_nor_transformers(tmp_path: Path) -> None:
    checkpoint = tiny_encoders.clip(tmp_path / "checkpoint")
    clip.export(BackendSpec("clip", str(checkpoint)), tmp_path / "onnx")
    written = profile(tmp_path / "p.toml", "onnx-clip", tmp_path / "onnx", "similarity")
    program = (
        "import sys, numpy; from viscript import Toolbox\n"
        f"tools = Toolbox.load({str(written)!r}, cache=None)\n"
        "score = tools.similarity(numpy.zeros((20, 30, 3), 'uint8'), 'a cat')\n"
        "assert 0 <= score <= 1 and not {'torch', 'transformers'} & set(sys.modules)\n"
    )
    environment = {"PYTHONPATH": str(Path(__file__).parents[3] / ".types")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("missing", ["clip.json", "tokenizer.json", "text.onnx"])
def test_an_incomplete_export_is_refused(missing: str, tmp_path: Path, cat: Image) -> None:
    checkpoint = tiny_encoders.clip(tmp_path / "checkpoint")
    clip.export(BackendSpec("clip", str(checkpoint)), tmp_path / "onnx")
    (tmp_path / "onnx" / missing).unlink()
    written = profile(tmp_path / "p.toml", "onnx-clip", tmp_path / "onnx", "similarity")
    with pytest.raises(ModelError, match=missing):
        Toolbox.load(written, cache=None).similarity(cat, "a cat")
