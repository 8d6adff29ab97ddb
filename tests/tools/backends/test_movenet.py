from __future__ import annotations

import numpy as np
import pytest
from viscript import Toolbox
from viscript.tools.backends.coco import KEYPOINTS
from viscript.tools.values import Image


def test_the_astronaut_has_a_body_of_17_points_where_they_belong(
    embedded: Toolbox, astronaut: Image
) -> None:
    (person,) = embedded.pose(astronaut)
    assert tuple(point.name for point in person.keypoints) == KEYPOINTS
    assert person.box == embedded.find(astronaut, "person")[0].box
    points = {point.name: point for point in person.keypoints}
    for name, x, y in (("nose", 224, 125), ("left_eye", 246, 105), ("right_eye", 203, 105)):
        assert (points[name].x, points[name].y) == pytest.approx((x, y), abs=15), name
        assert points[name].score > 0.5
    assert points["left_shoulder"].x > points["right_shoulder"].x  # she faces the camera
    assert points["left_shoulder"].y > points["nose"].y


def test_points_are_in_pixels_of_the_picture_and_not_of_a_crop(
    embedded: Toolbox, astronaut: Image
) -> None:
    moved = np.zeros((700, 900, 3), dtype=np.uint8)
    moved[100:612, 300:812] = astronaut.pixels
    (person,) = embedded.pose(Image.from_array(moved))
    assert (person.keypoints[0].x, person.keypoints[0].y) == pytest.approx((524, 225), abs=15)


def test_a_photo_without_people_has_no_poses(embedded: Toolbox, cat: Image) -> None:
    assert embedded.pose(cat) == []
