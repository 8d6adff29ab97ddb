from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Box, Image, InputError, ModelError, Region, Toolbox
from viscript.tools.backends import BackendSpec
from viscript.tools.backends.mask_generator import box_of
from viscript.tools.backends.panoptic import Asked, PanopticModel
from viscript.tools.hosting.model import Placement

from . import tiny_segmenters
from .profiles import Value, toolbox, turned_photo

LOOSE: dict[str, Value] = {"threshold": 0, "coverage": 0}
"""Random weights make segments that are neither sure nor apart."""

MAKERS = {"mask2former": tiny_segmenters.mask2former, "oneformer": tiny_segmenters.oneformer}


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: make(tmp_path_factory.mktemp(name)) for name, make in MAKERS.items()}


@pytest.fixture(params=MAKERS)
def folder(request: pytest.FixtureRequest, checkpoints: dict[str, Path]) -> Path:
    return checkpoints[request.param]


@pytest.fixture
def tools(folder: Path, tmp_path: Path) -> Toolbox:
    return toolbox(tmp_path, "segment", "panoptic", folder, LOOSE)


def mask_of(region: Region) -> np.ndarray[Any, np.dtype[np.bool_]]:
    assert region.mask is not None
    return region.mask.array


def test_segments_are_transformers_own_on_the_upright_picture(
    tools: Toolbox, folder: Path, tmp_path: Path, coffee: Image
) -> None:
    path, upright = turned_photo(coffee, tmp_path)
    found = tools.segment(path)
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    processor: Any = hf.AutoProcessor.from_pretrained(folder)
    network: Any = hf.AutoModelForUniversalSegmentation.from_pretrained(folder).eval()
    task = {"task_inputs": ["panoptic"]} if network.config.model_type == "oneformer" else {}
    inputs = processor(images=[upright], return_tensors="pt", **task)
    with torch.no_grad():
        outputs = network(**inputs)
    (expected,) = processor.post_process_panoptic_segmentation(
        outputs,
        threshold=0,
        overlap_mask_area_threshold=0,
        label_ids_to_fuse=set(),
        target_sizes=[(400, 600)],
    )
    places = expected["segmentation"].numpy()
    names: dict[int, str] = {
        one["id"]: tiny_segmenters.NAMES[one["label_id"]] for one in expected["segments_info"]
    }
    assert len(found) >= 2
    left = {number: places == number for number in names if (places == number).any()}
    assert len(left) == len(found)
    for region in found:
        assert region.box.xyxy == tuple(box_of(mask_of(region)).tolist())
        same = [number for number, mask in left.items() if np.array_equal(mask, mask_of(region))]
        assert [names[number] for number in same] == [region.label]


def test_each_pixel_belongs_to_one_segment_at_most(tools: Toolbox, cat: Image) -> None:
    found = tools.segment(cat)
    assert np.sum([mask_of(one) for one in found], axis=0).max() == 1
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 <= one.score <= 1 and one.method == "panoptic" for one in found)
    assert tools.segment(cat) == found


def test_list_objects_names_everything(folder: Path, tmp_path: Path, cat: Image) -> None:
    tools = toolbox(tmp_path, "list_objects", "panoptic", folder, LOOSE)
    other = toolbox(tmp_path, "segment", "panoptic", folder, LOOSE)
    found = tools.list_objects(cat)
    assert found == other.segment(cat)
    assert {one.label for one in found} <= set(tiny_segmenters.NAMES)


def test_a_region_gets_the_part_in_its_box_of_the_segment_that_fits_it(
    tools: Toolbox, cat: Image
) -> None:
    everything = tools.segment(cat)
    largest = max(everything, key=lambda one: one.area)
    given = Region(cat, largest.box, "puss", 0.3)
    (whole,) = tools.segment(cat, given)
    assert whole.but(mask=None, method="") == given
    same = [one for one in everything if one.box == largest.box]
    assert any(np.array_equal(mask_of(whole), mask_of(one)) for one in same)
    (part,) = tools.segment(cat, [Region(cat, Box(20, 30, 90, 80))])
    outside = mask_of(part).copy()
    assert outside.any()
    outside[30:80, 20:90] = False
    assert not outside.any()


def test_where_there_is_no_segment_the_mask_is_the_box(
    folder: Path, tmp_path: Path, cat: Image
) -> None:
    tools = toolbox(tmp_path, "segment", "panoptic", folder, {"threshold": 1})
    assert tools.segment(cat) == []
    (one,) = tools.segment(cat, [Region(cat, Box(20, 30, 90, 80))])
    assert one.method == "box"
    assert mask_of(one).sum() == 70 * 50


def test_pictures_of_several_sizes_together_equal_one_by_one(
    folder: Path, cat: Image, coffee: Image
) -> None:
    spec = BackendSpec("panoptic", str(folder))
    model = PanopticModel.load(spec, Placement("cpu", "float32"))
    mirrored = Image.from_array(coffee.pixels[:, ::-1])
    items = [Asked(one, 0, 0) for one in (cat, coffee, mirrored)]
    for item, found in zip(items, model.run(items), strict=True):
        (alone,) = model.run([item])
        assert [one.label for one in found] == [one.label for one in alone]
        for one, other in zip(found, alone, strict=True):
            assert np.mean(one.mask != other.mask) < 1e-3


@pytest.mark.parametrize("shape", [(1, 1), (2, 700), (700, 2)])
def test_tiny_and_slender_pictures_work(tools: Toolbox, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    for region in tools.segment(Image.from_array(noise)):
        assert mask_of(region).shape == shape


def test_a_wrong_option_or_checkpoint_is_one_line(tmp_path: Path, cat: Image) -> None:
    with pytest.raises(InputError, match=r"option coverage of the backend .* is 2"):
        toolbox(tmp_path, "segment", "panoptic", "x", {"coverage": 2}).segment(cat)
    other = tiny_segmenters.sam(tmp_path / "sam")
    with pytest.raises(ModelError, match=r"architecture sam; .* loads mask2former or oneformer"):
        toolbox(tmp_path, "segment", "panoptic", other).segment(cat)
