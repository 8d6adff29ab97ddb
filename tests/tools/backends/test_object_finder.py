from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from viscript.tools.backends.detections import Detections
from viscript.tools.backends.object_finder import ObjectFinder
from viscript.tools.errors import NotOfferedError
from viscript.tools.values import Image
from viscript.tools.values.image import Pixels

NAMES = ("cat", "dog", "orange", "apple")


class Detector:
    """Sees the same four boxes in every picture, and counts the pictures."""

    def __init__(self) -> None:
        self.pictures = 0

    def __call__(self, pixels: Pixels) -> Detections:
        self.pictures += 1
        boxes = [[0, 0, 10, 10], [0, 0, 10, 9], [20, 20, 30, 30], [20, 20, 30, 30]]
        return Detections(
            np.array(boxes, dtype=np.float32),
            np.array([0.9, 0.8, 0.6, 0.31], dtype=np.float32),
            np.array([0, 0, 2, 3], dtype=np.int64),
        )


def picture(grey: int) -> Image:
    return Image.from_array(np.full((40, 40), grey, dtype=np.uint8))


def test_doubles_within_a_class_and_across_classes_are_removed() -> None:
    found = ObjectFinder(Detector(), NAMES).list_objects(picture(1))
    assert [(one.label, round(one.score, 2)) for one in found] == [("cat", 0.9), ("orange", 0.6)]


def test_only_what_the_query_names_is_found_and_it_is_called_by_the_models_name() -> None:
    finder = ObjectFinder(Detector(), NAMES)
    assert [one.label for one in finder.find(picture(1), "two kittens")] == ["cat"]
    assert [one.label for one in finder.find(picture(1), "pets or fruit")] == ["cat", "orange"]
    assert finder.find(picture(1), "dog") == []


def test_a_thing_that_it_can_never_find_is_an_error_and_no_empty_list() -> None:
    detector = Detector()
    with pytest.raises(NotOfferedError, match="can't recognise 'unicorn'"):
        ObjectFinder(detector, NAMES).find(picture(1), "unicorn")
    assert detector.pictures == 0


def test_the_threshold_of_the_profile_is_the_least_score() -> None:
    finder = ObjectFinder(Detector(), NAMES, 0.7)
    assert [one.label for one in finder.list_objects(picture(1))] == ["cat"]


def test_a_picture_is_looked_at_once_for_several_questions() -> None:
    detector = Detector()
    finder = ObjectFinder(detector, NAMES)
    for query in ("cat", "dog", "apple"):
        finder.find(picture(1), query)
    finder.find(picture(2), "cat")
    assert detector.pictures == 2


def test_old_pictures_are_forgotten() -> None:
    detector = Detector()
    finder = ObjectFinder(detector, NAMES, remembered=19)
    for grey in (*range(20), 0, 19):
        finder.list_objects(picture(grey))
    assert detector.pictures == 21


def test_threads_that_want_one_picture_wait_for_one_detection() -> None:
    detector = Detector()
    finder = ObjectFinder(detector, NAMES)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(finder.list_objects, [picture(1)] * 12))
    assert detector.pictures == 1
    assert found == [found[0]] * 12
