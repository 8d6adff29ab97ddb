from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Image, InputError, ModelError
from viscript.tools.backends import BackendSpec
from viscript.tools.backends.sam3 import Sam3Model, Sought
from viscript.tools.hosting.model import Placement

from . import tiny_segmenters
from .profiles import toolbox, turned_photo

EVERYTHING: dict[str, float] = {"threshold": 0.0}


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_segmenters.sam3(tmp_path_factory.mktemp("sam3"))


def test_boxes_and_masks_are_transformers_own_on_the_upright_picture(
    checkpoint: Path, tmp_path: Path, coffee: Image
) -> None:
    path, upright = turned_photo(coffee, tmp_path)
    found = toolbox(tmp_path, "find", "sam3", checkpoint, EVERYTHING).find(path, "A dog")
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    processor: Any = hf.AutoProcessor.from_pretrained(checkpoint)
    network: Any = hf.Sam3Model.from_pretrained(checkpoint).eval()
    inputs = processor(images=[upright], text=["a dog"], return_tensors="pt")
    sizes = inputs.pop("original_sizes").tolist()
    assert sizes == [[400, 600]]
    with torch.no_grad():
        outputs = network(**inputs)
    (expected,) = processor.post_process_instance_segmentation(
        outputs, threshold=0.0, target_sizes=[(400, 600)]
    )
    order = expected["scores"].argsort(descending=True, stable=True)
    limits = torch.tensor([600.0, 400.0, 600.0, 400.0])
    boxes = torch.minimum(expected["boxes"].clamp(min=0), limits)[order].numpy()
    assert len(found) == 10
    assert {one.label for one in found} == {"dog"}
    np.testing.assert_allclose([one.box.xyxy for one in found], boxes, atol=0.01)
    scores = expected["scores"][order].numpy()
    np.testing.assert_allclose([one.score for one in found], scores, atol=1e-5)
    for region, mask in zip(found, expected["masks"][order].numpy() > 0, strict=True):
        assert (region.mask is not None) == mask.any()
        if region.mask is not None:
            assert region.method == "sam3"
            assert np.mean(region.mask.array != mask) < 1e-4


def test_each_phrase_is_looked_for_and_the_surest_comes_first(
    checkpoint: Path, tmp_path: Path, cat: Image
) -> None:
    tools = toolbox(tmp_path, "find", "sam3", checkpoint, EVERYTHING)
    found = tools.find(cat, "the dog, red car")
    assert {one.label for one in found} == {"dog", "red car"}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 <= one.score <= 1 for one in found)
    assert found == tools.find(cat, "the dog, red car")
    middle = found[len(found) // 2].score
    some = toolbox(tmp_path, "find", "sam3", checkpoint, {"threshold": middle})
    assert 0 < len(some.find(cat, "the dog, red car")) < len(found)


def test_a_batch_of_different_pictures_and_phrases_equals_one_by_one(
    checkpoint: Path, cat: Image, coffee: Image
) -> None:
    model = Sam3Model.load(BackendSpec("sam3", str(checkpoint)), Placement("cpu", "float32"))
    items = [Sought(cat, "dog", 0), Sought(coffee, "a cup of coffee", 0), Sought(cat, "cat", 0)]
    for item, found in zip(items, model.run(items), strict=True):
        (alone,) = model.run([item])
        assert len(found) == len(alone) == 10
        for one, other in zip(found, alone, strict=True):
            np.testing.assert_allclose(one.box, other.box, atol=0.02)
            assert one.score == pytest.approx(other.score, abs=1e-5)
            assert np.mean(one.mask != other.mask) < 1e-3


@pytest.mark.parametrize("shape", [(1, 1), (2, 700), (700, 2)])
def test_tiny_and_slender_pictures_work(
    checkpoint: Path, tmp_path: Path, shape: tuple[int, int]
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    tools = toolbox(tmp_path, "find", "sam3", checkpoint, EVERYTHING)
    for region in tools.find(Image.from_array(noise), "dog"):
        assert region.box == region.box.clipped((shape[1], shape[0]))


def test_a_wrong_option_or_checkpoint_is_one_line(tmp_path: Path, cat: Image) -> None:
    with pytest.raises(InputError, match="has no option 'overlap'"):
        toolbox(tmp_path, "find", "sam3", "x", {"overlap": 1}).find(cat, "dog")
    other = tiny_segmenters.sam(tmp_path / "sam")
    with pytest.raises(ModelError, match=r"architecture sam; the backend sam3 loads sam3"):
        toolbox(tmp_path, "find", "sam3", other).find(cat, "dog")
