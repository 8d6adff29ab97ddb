"""ViTPose on tiny random checkpoints, in the boxes that a real detector finds."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from viscript import Toolbox
from viscript.tools.backends.coco import KEYPOINTS
from viscript.tools.errors import ModelError
from viscript.tools.values import Image

from . import tiny_encoders
from .hub_profiles import profile


@pytest.fixture(scope="module", params=[1, 3], ids=["ViTPose", "ViTPose++"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoders.vitpose(tmp_path_factory.mktemp("vitpose"), experts=request.param)


@pytest.fixture(scope="module")
def turned(astronaut: Image, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The astronaut, twice side by side, in a file that lies on its side and says so (EXIF 6)."""
    path = tmp_path_factory.mktemp("turned") / "two.png"
    both = np.concatenate([astronaut.pixels, astronaut.pixels[:, ::-1]], axis=1)
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    PIL.Image.fromarray(both).transpose(PIL.Image.Transpose.ROTATE_90).save(path, exif=exif)
    return path


def toolbox(folder: Path, tmp_path: Path) -> Toolbox:
    return Toolbox.load(profile(tmp_path / "p.toml", "vitpose", folder, "pose"), cache=None)


def test_points_are_where_transformers_puts_them_in_the_upright_picture(
    folder: Path, turned: Path, tmp_path: Path
) -> None:
    torch: Any = import_module("torch")
    hf: Any = import_module("transformers")
    tools = toolbox(folder, tmp_path)
    picture = tools.image(turned)
    assert picture.size == (1024, 512)
    persons = tools.find(picture, "person")
    assert len(persons) == 2
    found = tools.pose(turned)
    assert [one.box for one in found] == [one.box for one in persons]
    model = hf.VitPoseForPoseEstimation.from_pretrained(folder).eval()
    processor = hf.AutoImageProcessor.from_pretrained(folder)
    for person in found:
        box = person.box
        boxes = [np.array([[box.left, box.top, box.width, box.height]])]
        inputs = processor(picture.to_pil(), boxes=boxes, return_tensors="pt")
        if model.config.backbone_config.num_experts > 1:
            inputs["dataset_index"] = torch.tensor([0])
        with torch.inference_mode():
            outputs = model(**inputs)
        expected = processor.post_process_pose_estimation(outputs, boxes=boxes)[0][0]
        assert tuple(point.name for point in person.keypoints) == KEYPOINTS
        places = [(point.x, point.y) for point in person.keypoints]
        # Of random weights a heatmap is nearly flat: two neighbours of a peak may tie, and which
        # one it leans to then differs from processor to processor.
        near = np.isclose(places, expected["keypoints"].numpy(), rtol=0, atol=0.5)
        assert near.mean() > 0.9
        scores = [point.score for point in person.keypoints]
        assert scores == pytest.approx(np.clip(expected["scores"].numpy(), 0, 1), abs=1e-4)
    assert tools.pose(turned) == found


def test_a_photo_without_people_has_no_poses(folder: Path, tmp_path: Path, cat: Image) -> None:
    assert toolbox(folder, tmp_path).pose(cat) == []


def test_a_checkpoint_of_other_points_is_refused(tmp_path: Path, astronaut: Image) -> None:
    other = tiny_encoders.vitpose(tmp_path / "hand", points=21)
    with pytest.raises(ModelError, match="21 points"):
        toolbox(other, tmp_path).pose(astronaut)
