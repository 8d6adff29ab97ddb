from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Box, Image, ModelError, Region

from . import tiny_segmenters
from .profiles import toolbox, turned_photo


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_segmenters.sam(tmp_path_factory.mktemp("sam"))


@pytest.fixture(scope="session")
def checkpoint2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_segmenters.sam2(tmp_path_factory.mktemp("sam2"))


@pytest.fixture(scope="session")
def checkpoint3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_segmenters.sam3_video(tmp_path_factory.mktemp("sam3"))


@pytest.mark.parametrize(
    ("kind", "backend", "architecture"),
    [
        ("checkpoint", "sam", "Sam"),
        ("checkpoint2", "sam2", "Sam2"),
        ("checkpoint3", "sam3-tracker", "Sam3Tracker"),
    ],
)
def test_masks_are_transformers_own_on_the_upright_picture(
    request: pytest.FixtureRequest,
    kind: str,
    backend: str,
    architecture: str,
    tmp_path: Path,
    coffee: Image,
) -> None:
    folder: Path = request.getfixturevalue(kind)
    path, upright = turned_photo(coffee, tmp_path)
    boxes = [[20.0, 30.0, 500.0, 300.0], [400.0, 20.0, 430.0, 300.0]]
    tools = toolbox(tmp_path, "segment", backend, folder)
    photo = tools.image(path)
    found = tools.segment(photo, [Region(photo, Box(*box)) for box in boxes])

    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    processor: Any = getattr(hf, f"{architecture}Processor").from_pretrained(folder)
    network: Any = getattr(hf, f"{architecture}Model").from_pretrained(folder).eval()
    inputs = processor(images=upright, input_boxes=[boxes], return_tensors="pt")
    with torch.no_grad():
        outputs = network(**inputs, multimask_output=False)
    sizes = [inputs[name] for name in ("original_sizes", "reshaped_input_sizes") if name in inputs]
    (masks,) = processor.post_process_masks(outputs.pred_masks, *sizes)
    for region, mask in zip(found, masks[:, 0].numpy(), strict=True):
        assert region.mask is not None
        assert 0.01 < mask.mean() < 0.99
        assert np.mean(region.mask.array != mask) < 1e-4


def test_a_checkpoint_of_another_architecture_is_refused(
    checkpoint: Path, checkpoint2: Path, tmp_path: Path, cat: Image
) -> None:
    with pytest.raises(ModelError, match=r"architecture sam2; the backend sam loads sam"):
        toolbox(tmp_path, "segment", "sam", checkpoint2).segment(cat)
    with pytest.raises(ModelError, match=r"architecture sam; the backend sam2 loads sam2"):
        toolbox(tmp_path, "segment", "sam2", checkpoint).segment(cat)
    pictures_only = tiny_segmenters.sam3(tmp_path / "sam3")
    with pytest.raises(ModelError, match=r"architecture sam3; .* sam3_tracker or sam3_video"):
        toolbox(tmp_path, "segment", "sam3-tracker", pictures_only).segment(cat)


def test_one_checkpoint_of_sam_3_finds_by_words_and_cuts_out_by_boxes(
    checkpoint3: Path, tmp_path: Path, cat: Image
) -> None:
    found = toolbox(tmp_path, "find", "sam3", checkpoint3, {"threshold": 0.0}).find(cat, "cat")
    bare = [region.but(mask=None) for region in found]
    cut = toolbox(tmp_path, "segment", "sam3-tracker", checkpoint3).segment(cat, bare)
    assert cut
    assert all(region.mask is not None for region in cut)
