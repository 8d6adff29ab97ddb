from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Box, Image, ModelError, Region
from viscript.tools.backends.segment_anything import build

from . import tiny_segmenters
from .profiles import Value, toolbox, turned_photo

BOXES = [(20.0, 30.0, 500.0, 300.0), (400.0, 20.0, 430.0, 300.0)]

RENAMED = (
    (r"(iou_prediction_head|output_hypernetworks_mlps\.\d)\.layers\.0", r"\1.proj_in"),
    (r"(iou_prediction_head|output_hypernetworks_mlps\.\d)\.layers\.1", r"\1.layers.0"),
    (r"(iou_prediction_head|output_hypernetworks_mlps\.\d)\.layers\.2", r"\1.proj_out"),
    (r"output_upscaling\.0", "upscale_conv1"),
    (r"output_upscaling\.1", "upscale_layer_norm"),
    (r"output_upscaling\.3", "upscale_conv2"),
    (r"mask_downscaling\.0", "mask_embed.conv1"),
    (r"mask_downscaling\.1", "mask_embed.layer_norm1"),
    (r"mask_downscaling\.3", "mask_embed.conv2"),
    (r"mask_downscaling\.4", "mask_embed.layer_norm2"),
    (r"mask_downscaling\.6", "mask_embed.conv3"),
    (r"point_embeddings", "point_embed"),
    (r"pe_layer\.positional_encoding_gaussian_matrix", "shared_embedding.positional_embedding"),
    (r"image_encoder", "vision_encoder"),
    (r"neck\.0", "neck.conv1"),
    (r"neck\.1", "neck.layer_norm1"),
    (r"neck\.2", "neck.conv2"),
    (r"neck\.3", "neck.layer_norm2"),
    (r"patch_embed\.proj", "patch_embed.projection"),
    (r"\.norm", ".layer_norm"),
    (r"blocks", "layers"),
)
"""The names of the authors' weights, and those of transformers', in the order of change."""


def converted(weights: dict[str, Any]) -> dict[str, Any]:
    """The authors' weights under the names of transformers."""
    result: dict[str, Any] = {}
    for name, tensor in weights.items():
        for pattern, replacement in RENAMED:
            name = re.sub(pattern, replacement, name)
        result[name] = tensor
    shared = result["prompt_encoder.shared_embedding.positional_embedding"]
    result["shared_image_embedding.positional_embedding"] = shared
    return result


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_segmenters.original_sam(tmp_path_factory.mktemp("segment-anything"))


@pytest.fixture(scope="session")
def network(weights: Path) -> Any:
    torch: Any = import_module("torch")
    content = torch.load(weights, weights_only=True)
    network = build(content)
    network.load_state_dict(content)
    return network.eval()


def masks_of(regions: list[Region]) -> list[Any]:
    return [one.mask.array for one in regions if one.mask is not None]


def test_masks_are_the_authors_own_on_the_upright_picture(
    weights: Path, network: Any, tmp_path: Path, coffee: Image
) -> None:
    path, upright = turned_photo(coffee, tmp_path)
    tools = toolbox(tmp_path, "segment", "segment-anything", weights, pickle=True)
    photo = tools.image(path)
    found = masks_of(tools.segment(photo, [Region(photo, Box(*box)) for box in BOXES]))
    predictor: Any = import_module("segment_anything").SamPredictor(network)
    predictor.set_image(np.asarray(upright))
    for mask, box in zip(found, BOXES, strict=True):
        (expected,), _, _ = predictor.predict(box=np.array(box), multimask_output=False)
        assert 0.01 < expected.mean() < 0.99
        assert np.array_equal(mask, expected)


def test_everything_is_what_the_authors_generator_finds(
    weights: Path, network: Any, tmp_path: Path, coffee: Image
) -> None:
    options: dict[str, Value] = {"points": 5, "quality": 0, "stability": 0, "overlap": 0.7}
    tools = toolbox(tmp_path, "segment", "segment-anything", weights, options, pickle=True)
    found = tools.segment(coffee)
    generator: Any = import_module("segment_anything").SamAutomaticMaskGenerator(
        network,
        points_per_side=5,
        pred_iou_thresh=1e-9,
        stability_score_thresh=0,
        box_nms_thresh=0.7,
    )
    expected = sorted(generator.generate(coffee.pixels), key=lambda one: -one["predicted_iou"])
    assert len(found) == len(expected) > 0
    for region, other in zip(found, expected, strict=True):
        assert region.score == pytest.approx(min(other["predicted_iou"], 1), abs=1e-5)
        assert region.mask is not None
        assert np.mean(region.mask.array != other["segmentation"]) < 1e-3


def test_transformers_sam_makes_the_same_masks_of_the_same_weights(
    weights: Path, tmp_path: Path, coffee: Image
) -> None:
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    other = hf.SamModel(tiny_segmenters.sam_config()).eval()
    other.load_state_dict(converted(torch.load(weights, weights_only=True)))
    tiny_segmenters.save_sam(other, tmp_path / "converted")
    regions = [Region(coffee, Box(*box)) for box in BOXES]
    mine = toolbox(tmp_path, "segment", "segment-anything", weights, pickle=True)
    theirs = toolbox(tmp_path / "converted", "segment", "sam", tmp_path / "converted")
    pairs = zip(*(masks_of(one.segment(coffee, regions)) for one in (mine, theirs)), strict=True)
    # They resize pictures by different libraries: a thing's edge may move by a pixel.
    for mask, expected in pairs:
        assert (mask & expected).sum() / (mask | expected).sum() > 0.97


def test_the_sizes_of_the_published_network_are_read_from_its_weights() -> None:
    registry: Any = import_module("segment_anything").sam_model_registry
    torch: Any = import_module("torch")
    with torch.device("meta"):
        published = registry["vit_b"]()
        rebuilt = build(published.state_dict())
    shapes = [
        {name: tensor.shape for name, tensor in one.state_dict().items()}
        for one in (published, rebuilt)
    ]
    assert shapes[0] == shapes[1]
    blocks = [one.image_encoder.blocks for one in (published, rebuilt)]
    assert [block.window_size for block in blocks[0]] == [block.window_size for block in blocks[1]]
    assert blocks[0][0].attn.num_heads == blocks[1][0].attn.num_heads == 12


def test_weights_of_another_network_are_one_line(tmp_path: Path, cat: Image) -> None:
    torch: Any = import_module("torch")
    torch.save({"layer.weight": torch.zeros(3)}, tmp_path / "other.pth")
    tools = toolbox(tmp_path, "segment", "segment-anything", tmp_path / "other.pth", pickle=True)
    with pytest.raises(ModelError, match=r"another network than SAM .*download"):
        tools.segment(cat)


def test_a_pickled_file_needs_the_users_leave(weights: Path, tmp_path: Path, cat: Image) -> None:
    with pytest.raises(ModelError, match=r"pickled file.*pickle = true"):
        toolbox(tmp_path, "segment", "segment-anything", weights).segment(cat)


def test_the_same_weights_as_safetensors_need_no_leave(
    weights: Path, tmp_path: Path, cat: Image
) -> None:
    torch: Any = import_module("torch")
    safetensors: Any = import_module("safetensors.torch")
    safetensors.save_file(torch.load(weights, weights_only=True), tmp_path / "sam.safetensors")
    region = Region(cat, Box(5, 5, 300, 200))
    safe = toolbox(tmp_path, "segment", "segment-anything", tmp_path / "sam.safetensors")
    found = safe.segment(cat, region)
    other = toolbox(tmp_path, "segment", "segment-anything", weights, pickle=True)
    assert found == other.segment(cat, region)


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    weights: Path, tmp_path: Path, cat: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "segment_anything.modeling", None)
    tools = toolbox(tmp_path, "segment", "segment-anything", weights, pickle=True)
    with pytest.raises(ModelError, match=r"pip install 'viscript\[hub\]'"):
        tools.segment(cat)
