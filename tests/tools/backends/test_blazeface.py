from __future__ import annotations

import numpy as np
import pytest
from viscript import Toolbox
from viscript.tools.values import Image


def test_the_astronauts_face_is_found(embedded: Toolbox, astronaut: Image) -> None:
    (face,) = embedded.find_faces(astronaut)
    assert face.label == "face"
    assert face.score > 0.8
    # Eyes, nose and mouth of the photo, by eye: inside the box, which is about as large as a head.
    for x, y in ((203, 107), (246, 107), (224, 128), (224, 152)):
        assert face.box.left < x < face.box.right
        assert face.box.top < y < face.box.bottom
    assert face.box.width < 140


@pytest.mark.parametrize("name", ["cat", "coffee"])
def test_cats_and_coffee_cups_have_no_faces(
    embedded: Toolbox, name: str, request: pytest.FixtureRequest
) -> None:
    assert embedded.find_faces(request.getfixturevalue(name)) == []


def test_a_far_face_is_found_in_its_persons_crop(embedded: Toolbox, astronaut: Image) -> None:
    far = np.full((1536, 2048, 3), 120, dtype=np.uint8)
    far[700:1212, 900:1412] = astronaut.pixels
    (face,) = embedded.find_faces(Image.from_array(far))
    assert face.box.x == pytest.approx(900 + 224, abs=25)
    assert face.box.y == pytest.approx(700 + 127, abs=25)


def test_each_of_two_people_has_one_face(embedded: Toolbox, astronaut: Image) -> None:
    pair = np.concatenate([astronaut.pixels, astronaut.pixels[:, ::-1]], axis=1)
    faces = embedded.find_faces(Image.from_array(pair))
    assert sorted(round(face.box.x / 100) for face in faces) == [2, 8]
