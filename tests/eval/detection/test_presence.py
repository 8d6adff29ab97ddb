from __future__ import annotations

from pathlib import Path

import numpy as np
from viscript.eval.detection.presence import Photo, precision_and_recall, read_photos
from viscript.tools.backends.coco import THINGS
from viscript.tools.values import Box, Image, Region

PICTURE = Image.from_array(np.zeros((4, 4), dtype=np.uint8))


def region(label: str, score: float) -> Region:
    return Region(PICTURE, Box(0, 0, 4, 4), label, score)


def test_each_kind_counts_once_in_a_photo_and_unsure_ones_never() -> None:
    photos = [
        Photo("a.jpg", frozenset({"cat", "dog"}), frozenset({"bed"})),
        Photo("b.jpg", frozenset({"car"}), frozenset()),
    ]
    found = [
        [region("cat", 0.9), region("cat", 0.8), region("bed", 0.7), region("dog", 0.2)],
        [region("bus", 0.6), region("car", 0.5)],
    ]
    assert precision_and_recall(photos, found, 0.3) == (2 / 3, 2 / 3)
    assert precision_and_recall(photos, found, 0.95) == (0.0, 0.0)


def test_the_list_of_photos_names_coco_things_only() -> None:
    from viscript.eval.detection import presence

    photos = read_photos(Path(presence.__file__).with_name("photos.jsonl"))
    assert len({photo.image for photo in photos}) == len(photos) == 54
    for photo in photos:
        assert photo.seen | photo.unsure <= set(THINGS), photo.image
        assert not photo.seen & photo.unsure
