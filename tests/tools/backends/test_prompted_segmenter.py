"""What SAM by transformers, SAM by its authors, SAM 2 and SAM 3's tracker have in common."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Box, Image, InputError, Mask, ModelError, Region, Toolbox, ToolError
from viscript.tools.backends import BackendSpec
from viscript.tools.backends.detections import overlaps
from viscript.tools.backends.mask_generator import Everything, box_of, grid
from viscript.tools.backends.prompted_segmenter import Prompted, PromptedModel
from viscript.tools.hosting.model import Placement

from . import tiny_segmenters
from .profiles import Value, toolbox, turned_photo

MAKERS: dict[str, Callable[[Path], Path]] = {
    "sam": tiny_segmenters.sam,
    "segment-anything": tiny_segmenters.original_sam,
    "sam2": tiny_segmenters.sam2,
    "sam3-tracker": tiny_segmenters.sam3_video,
}

LOOSE: dict[str, Value] = {"points": 4, "quality": 0, "stability": 0}
"""Random weights make masks of no quality."""


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: make(tmp_path_factory.mktemp(name)) for name, make in MAKERS.items()}


@pytest.fixture(params=MAKERS)
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def tools(backend: str, checkpoints: dict[str, Path], tmp_path: Path) -> Toolbox:
    return toolbox(tmp_path, "segment", backend, checkpoints[backend], LOOSE, pickle=True)


def loaded(backend: str, path: Path, dtype: str = "float32") -> PromptedModel:
    module: Any = import_module(f"viscript.tools.backends.{backend.replace('-', '_')}")
    spec = BackendSpec(backend, str(path), pickle=True)
    placed = Placement("cpu", dtype)
    return module.model(spec, path, placed) if path.is_file() else module.model(spec, placed)


def mask_of(region: Region) -> np.ndarray[Any, np.dtype[np.bool_]]:
    assert region.mask is not None
    return region.mask.array


def test_regions_get_masks_of_the_whole_upright_picture_and_keep_all_else(
    tools: Toolbox, backend: str, coffee: Image, tmp_path: Path
) -> None:
    path, _ = turned_photo(coffee, tmp_path)
    photo = tools.image(path)
    given = [
        Region(photo, Box(20, 30, 500, 300), "cup", 0.7),
        Region(photo, Box(400, 20, 430, 300), "spoon", 0.4, text="a"),
    ]
    found = tools.segment(path, given)
    assert [one.but(mask=None, method="") for one in found] == given
    assert {one.method for one in found} == {backend.removesuffix("-tracker")}
    assert all(mask_of(one).shape == (400, 600) for one in found)
    assert all(0 < mask_of(one).mean() < 1 for one in found)
    assert mask_of(found[0]).tolist() != mask_of(found[1]).tolist()


def test_a_region_that_has_a_mask_keeps_it(tools: Toolbox, coffee: Image) -> None:
    mask = Mask(np.eye(400, 600, dtype=np.bool_))
    done = Region(coffee, Box(0, 0, 400, 400), "cup", mask=mask, method="by hand")
    bare = Region(coffee, Box(10, 10, 90, 90), "spoon")
    first, second = tools.segment(coffee, [done, bare])
    assert first == done
    assert second.mask is not None
    assert tools.segment(coffee, []) == []


def test_the_same_call_gives_the_same_masks(
    backend: str, checkpoints: dict[str, Path], tmp_path: Path, cat: Image
) -> None:
    def calls() -> list[Region]:
        tools = toolbox(tmp_path, "segment", backend, checkpoints[backend], LOOSE, pickle=True)
        return [*tools.segment(cat, Region(cat, Box(5, 5, 300, 200))), *tools.segment(cat)]

    assert calls() == calls()


def test_pictures_of_several_sizes_together_equal_one_by_one(
    backend: str, checkpoints: dict[str, Path], cat: Image, coffee: Image
) -> None:
    tall = Image.from_array(coffee.pixels[:, :150])
    box = np.array([[5, 5, 140, 200], [30, 40, 60, 70]], dtype=np.float32)
    rules = Everything(points=2, quality=0, stability=0)
    items = [Prompted(cat, box), Prompted(tall, box[:1]), Prompted(coffee, rules)]
    together = loaded(backend, checkpoints[backend]).run(items)
    for item, cuts in zip(items, together, strict=True):
        (alone,) = loaded(backend, checkpoints[backend]).run([item])
        assert len(cuts) == len(alone)
        for cut, other in zip(cuts, alone, strict=True):
            assert cut.mask.shape == (item.image.height, item.image.width)
            assert np.mean(cut.mask != other.mask) < 1e-3
            assert cut.score == pytest.approx(other.score, abs=1e-4)


def test_a_picture_is_encoded_once_for_all_of_its_prompts(
    backend: str, checkpoints: dict[str, Path], cat: Image
) -> None:
    model = loaded(backend, checkpoints[backend])
    box = np.array([[5, 5, 140, 200]], dtype=np.float32)
    model.run([Prompted(cat, box + 9), Prompted(cat, box + 20)])
    assert len(model.encodings) == 1
    kept = model.run([Prompted(cat, box)])
    model.encodings.clear()
    fresh = model.run([Prompted(cat, box)])
    assert np.array_equal(kept[0][0].mask, fresh[0][0].mask)


def test_without_regions_there_are_masks_of_everything_the_best_first_without_doubles(
    tools: Toolbox, backend: str, cat: Image
) -> None:
    found = tools.segment(cat)
    assert found
    assert {one.method for one in found} == {backend.removesuffix("-tracker")}
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    for one in found:
        assert one.box.xyxy == tuple(box_of(mask_of(one)).tolist())
    boxes = np.array([one.box.xyxy for one in found], dtype=np.float32)
    double = overlaps(boxes, boxes) > 0.7
    assert np.array_equal(double, np.eye(len(found), dtype=np.bool_))


def test_stricter_rules_leave_fewer_masks(
    backend: str, checkpoints: dict[str, Path], tmp_path: Path, cat: Image
) -> None:
    strict = {**LOOSE, "quality": 1}
    path = checkpoints[backend]
    assert toolbox(tmp_path, "segment", backend, path, strict, pickle=True).segment(cat) == []
    steady = {**LOOSE, "stability": 1}
    assert toolbox(tmp_path, "segment", backend, path, steady, pickle=True).segment(cat) == []


def test_points_of_the_grid_lie_in_the_middle_of_their_cells() -> None:
    assert grid(2, (100, 200)).tolist() == [[50, 25], [150, 25], [50, 75], [150, 75]]


@pytest.mark.parametrize("shape", [(1, 1), (2, 700), (700, 2)])
def test_tiny_and_slender_pictures_work(tools: Toolbox, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    picture = Image.from_array(noise)
    (one,) = tools.segment(picture, Region(picture, Box(0, 0, shape[1], shape[0])))
    assert mask_of(one).shape == shape
    assert mask_of(one).any()


def test_regions_of_a_picture_of_another_size_are_refused(
    tools: Toolbox, coffee: Image, cat: Image
) -> None:
    with pytest.raises(ToolError, match="451x300"):
        tools.segment(coffee, [Region(cat, Box(10, 10, 50, 50), "cat")])


def test_a_wrong_option_or_checkpoint_is_one_line(backend: str, tmp_path: Path, cat: Image) -> None:
    with pytest.raises(InputError, match=r"option points of the backend .* is 0"):
        toolbox(tmp_path, "segment", backend, "x", {"points": 0}).segment(cat)
    with pytest.raises(InputError, match="has no option 'point'"):
        toolbox(tmp_path, "segment", backend, "x", {"point": 3}).segment(cat)
    with pytest.raises(ModelError) as caught:
        toolbox(tmp_path, "segment", backend, tmp_path / "nowhere").segment(cat)
    assert "nowhere" in caught.value.message
    assert caught.value.hint


def test_a_shorter_floating_point_type_makes_nearly_the_same_masks(
    backend: str, checkpoints: dict[str, Path], cat: Image
) -> None:
    box = np.array([[5, 5, 140, 200]], dtype=np.float32)
    exact = loaded(backend, checkpoints[backend]).run([Prompted(cat, box)])[0][0]
    short = loaded(backend, checkpoints[backend], "bfloat16").run([Prompted(cat, box)])[0][0]
    assert np.mean(exact.mask != short.mask) < 0.05
