"""Depth models on tiny random checkpoints: as transformers processes them, and as ONNX."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from viscript import Toolbox
from viscript.tools.backends import BackendSpec, depth_anything
from viscript.tools.errors import InputError, ModelError, ToolError
from viscript.tools.values import Box, DepthMap, Image, Mask, Region

from . import tiny_encoders
from .hub_profiles import profile

TOOLS = ("depth", "crop_in_front_of", "crop_behind")
KINDS = ("relative", "metric", "dpt")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("depth")
    return {
        "relative": tiny_encoders.depth_anything(folder / "relative"),
        "metric": tiny_encoders.depth_anything(folder / "metric", metric=True),
        "dpt": tiny_encoders.dpt(folder / "dpt"),
    }


@pytest.fixture(scope="module")
def toolboxes(
    checkpoints: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Toolbox]:
    folder = tmp_path_factory.mktemp("profiles")
    return {
        kind: Toolbox.load(
            profile(folder / f"{kind}.toml", "depth-anything", path, *TOOLS), cache=None
        )
        for kind, path in checkpoints.items()
    }


@pytest.fixture(scope="module")
def turned(cat: Image, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of 200x150 pixels whose file lies on its side and says so (EXIF 6)."""
    path = tmp_path_factory.mktemp("turned") / "cat.jpg"
    upright = cat.to_pil().crop((100, 0, 300, 150))
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    upright.transpose(PIL.Image.Transpose.ROTATE_90).save(path, exif=exif, quality=95)
    return path


def reference(folder: Path, picture: PIL.Image.Image) -> Any:
    """The depths that transformers itself makes of a picture."""
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    processor = hf.AutoImageProcessor.from_pretrained(folder)
    model = hf.AutoModelForDepthEstimation.from_pretrained(folder).eval()
    with torch.inference_mode():
        outputs = model(**processor(picture, return_tensors="pt"))
    size = [(picture.height, picture.width)]
    return processor.post_process_depth_estimation(outputs, size)[0]["predicted_depth"].numpy()


@pytest.mark.parametrize("kind", KINDS)
def test_depth_is_what_transformers_computes_of_the_upright_picture(
    kind: str, toolboxes: dict[str, Toolbox], checkpoints: dict[str, Path], turned: Path
) -> None:
    found: DepthMap = toolboxes[kind].depth(turned)
    upright = toolboxes[kind].image(turned)
    assert (found.width, found.height) == (200, 150) == upright.size
    expected = reference(checkpoints[kind], upright.to_pil())
    assert np.ptp(expected) > 1e-3
    np.testing.assert_allclose(found.array, expected, atol=1e-5 + 1e-4 * np.abs(expected).max())


def test_the_unit_is_the_checkpoint_s(toolboxes: dict[str, Toolbox], cat: Image) -> None:
    metric = toolboxes["metric"].depth(cat)
    assert (metric.unit, metric.larger_is_nearer) == ("metres", False)
    assert metric.array.max() <= 21
    for kind in ("relative", "dpt"):
        relative = toolboxes[kind].depth(cat)
        assert (relative.unit, relative.larger_is_nearer) == ("relative", True)


@pytest.mark.parametrize("kind", ["relative", "dpt"])
def test_pictures_of_different_sizes_at_once_are_as_one_by_one(
    kind: str, checkpoints: dict[str, Path], cat: Image, coffee: Image
) -> None:
    from viscript.tools.hosting.model import Placement

    spec = BackendSpec("depth-anything", str(checkpoints[kind]))
    model = depth_anything.DepthNetwork.of(spec, Placement("cpu", "float32"))
    pictures = [cat.pixels, coffee.pixels, cat.pixels[:200, :80], cat.pixels[::-1]]
    together = model.run(pictures)
    for pixels, depths in zip(pictures, together, strict=True):
        assert depths.shape == pixels.shape[:2]
        (alone,) = model.run([pixels])
        np.testing.assert_allclose(depths, alone, atol=1e-5 + 1e-4 * np.abs(alone).max())


@pytest.mark.parametrize("kind", ["relative", "metric"])
def test_crops_keep_what_is_nearer_or_farther_than_the_region_s_median(
    kind: str, toolboxes: dict[str, Toolbox], cat: Image
) -> None:
    tools = toolboxes[kind]
    region = Region(cat, Box(150, 60, 260, 200), "cat")
    depths = tools.depth(cat)
    middle = float(np.median(depths.array[60:200, 150:260]))
    nearer = depths.array > middle if depths.larger_is_nearer else depths.array < middle
    front, behind = tools.crop_in_front_of(cat, region), tools.crop_behind(cat, [region])
    assert front.size == behind.size == cat.size
    assert 0 < nearer.mean() < 1
    np.testing.assert_array_equal(front.pixels[nearer], cat.pixels[nearer])
    assert (front.pixels[~nearer] == 128).all()
    farther = ~nearer & (depths.array != middle)
    np.testing.assert_array_equal(behind.pixels[farther], cat.pixels[farther])
    assert (behind.pixels[nearer] == 128).all()


def test_a_mask_decides_where_the_region_has_one(toolboxes: dict[str, Toolbox], cat: Image) -> None:
    tools = toolboxes["relative"]
    mask = np.zeros((cat.height, cat.width), dtype=np.bool_)
    mask[70:90, 160:180] = True
    masked = Region(cat, Box(0, 0, cat.width, cat.height), "cat", mask=Mask(mask))
    depths = tools.depth(cat).array
    kept = depths > np.median(depths[mask])
    found = tools.crop_in_front_of(cat, masked)
    np.testing.assert_array_equal(found.pixels[kept], cat.pixels[kept])


def test_no_region_keeps_the_whole_picture(toolboxes: dict[str, Toolbox], cat: Image) -> None:
    assert toolboxes["dpt"].crop_in_front_of(cat, []) == cat


def test_a_region_of_another_picture_is_refused(
    toolboxes: dict[str, Toolbox], cat: Image, coffee: Image
) -> None:
    with pytest.raises(ToolError, match="no place in this one"):
        toolboxes["dpt"].crop_behind(cat, Region(coffee, Box(0, 0, 10, 10)))


def test_a_ribbon_has_no_depth(toolboxes: dict[str, Toolbox]) -> None:
    ribbon = Image.from_array(np.zeros((10, 300, 3), dtype=np.uint8))
    with pytest.raises(ToolError, match="300x10"):
        toolboxes["relative"].depth(ribbon)


def test_the_same_picture_has_the_same_depth_twice(
    toolboxes: dict[str, Toolbox], coffee: Image
) -> None:
    assert toolboxes["relative"].depth(coffee) == toolboxes["relative"].depth(coffee)


def test_a_checkpoint_of_another_architecture_is_refused(tmp_path: Path, cat: Image) -> None:
    folder = tiny_encoders.clip(tmp_path / "clip")
    written = profile(tmp_path / "p.toml", "depth-anything", folder, "depth")
    with pytest.raises(ModelError, match="clip"):
        Toolbox.load(written, cache=None).depth(cat)


def test_a_profile_without_a_checkpoint_is_told_so(tmp_path: Path, cat: Image) -> None:
    written = profile(tmp_path / "p.toml", "depth-anything", "", "depth")
    with pytest.raises(InputError, match="needs a checkpoint"):
        Toolbox.load(written, cache=None).depth(cat)


@pytest.mark.parametrize("kind", KINDS)
def test_the_onnx_file_tells_the_same_depths_without_torch(
    kind: str,
    toolboxes: dict[str, Toolbox],
    checkpoints: dict[str, Path],
    tmp_path: Path,
    cat: Image,
    turned: Path,
) -> None:
    out = tmp_path / "exported"
    files = depth_anything.export(BackendSpec("depth-anything", str(checkpoints[kind])), out)
    assert all(path.is_file() for path in files)
    served = Toolbox.load(profile(tmp_path / "p.toml", "onnx-depth", out, *TOOLS), cache=None)
    for picture in (cat, turned):
        expected, found = toolboxes[kind].depth(picture), served.depth(picture)
        assert (found.unit, found.larger_is_nearer) == (expected.unit, expected.larger_is_nearer)
        spread = float(np.ptp(expected.array))
        np.testing.assert_allclose(found.array, expected.array, atol=0.02 * spread)


def test_a_folder_that_was_not_exported_is_refused(tmp_path: Path, cat: Image) -> None:
    written = profile(tmp_path / "p.toml", "onnx-depth", tmp_path, "depth")
    with pytest.raises(ModelError, match="no exported depth model"):
        Toolbox.load(written, cache=None).depth(cat)
