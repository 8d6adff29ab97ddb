"""COCO's average precision, by hand and against pycocotools."""

from __future__ import annotations

import contextlib
import io
import math
from typing import Any

import numpy as np
import pytest
from viscript import Box
from viscript.eval.metrics.detection import Detected, Picture, Real, average_precision

A, B = Box(0, 0, 100, 100), Box(200, 0, 300, 100)


def test_a_wrong_box_costs_precision_by_its_rank() -> None:
    found = [Detected("cat", A, 0.9), Detected("cat", Box(400, 0, 500, 100), 0.8)]
    found.append(Detected("cat", B, 0.7))
    ap = average_precision([Picture(found, [Real("cat", A), Real("cat", B)])])
    # Precision is 1 up to half of recall (51 of 101 points), then 2/3.
    assert ap.at_50 == pytest.approx((51 + 50 * 2 / 3) / 101, abs=1e-6)
    assert ap.mean == pytest.approx(ap.at_50)


def test_a_loose_box_counts_at_low_thresholds_only() -> None:
    # IoU 0.7: right at .50 to .70, five of ten thresholds.
    ap = average_precision([Picture([Detected("cat", Box(0, 0, 70, 100), 0.9)], [Real("cat", A)])])
    assert ap == pytest.approx((0.5, 1, 0), abs=1e-6)


def test_other_names_and_crowds_count_nothing() -> None:
    found = [Detected("dog", B, 0.99), Detected("cat", B, 0.98), Detected("cat", A, 0.9)]
    ap = average_precision([Picture(found, [Real("cat", A), Real("cat", B, crowd=True)])])
    assert ap.mean == pytest.approx(1)


def test_pictures_with_nothing_have_no_average_precision() -> None:
    assert all(map(math.isnan, average_precision([Picture([Detected("cat", A, 1)], [])])))


def pycocotools_ap(pictures: list[Picture]) -> list[float]:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    names = sorted({one.name for picture in pictures for one in picture.real})
    ids = {name: at for at, name in enumerate(names, 1)}
    real: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for number, picture in enumerate(pictures, 1):
        for one in picture.real:
            entry = entry_of(number, ids[one.name], one.box)
            real.append(entry | {"id": len(real) + 1, "iscrowd": int(one.crowd)})
        found += [
            entry_of(number, ids[one.name], one.box) | {"score": one.score}
            for one in picture.found
            if one.name in ids
        ]
    with contextlib.redirect_stdout(io.StringIO()):
        truth: Any = COCO()
        truth.dataset = {
            "images": [{"id": number} for number in range(1, len(pictures) + 1)],
            "annotations": real,
            "categories": [{"id": at, "name": name} for name, at in ids.items()],
        }
        truth.createIndex()
        judged: Any = COCOeval(truth, truth.loadRes(found), "bbox")
        judged.evaluate()
        judged.accumulate()
        judged.summarize()
    return [float(one) for one in judged.stats[:3]]


def entry_of(picture: int, category: int, box: Box) -> dict[str, Any]:
    return {
        "image_id": picture,
        "category_id": category,
        "bbox": [box.left, box.top, box.width, box.height],
        "area": box.area,
    }


def test_the_figures_are_those_of_pycocotools() -> None:
    random = np.random.default_rng(3)
    pictures: list[Picture] = []
    for _ in range(12):
        real: list[Real] = []
        found: list[Detected] = []
        for _ in range(6):
            left, top, width, height = random.uniform(10, 200, 4)
            name = ("cat", "dog", "cup")[random.integers(3)]
            box = Box(left, top, left + width, top + height)
            real.append(Real(name, box, crowd=bool(random.random() < 0.1)))
            moved = random.normal(0, 12, 2)
            near = Box(left + moved[0], top + moved[1], left + width, top + height + moved[1])
            other = name if random.random() < 0.8 else "dog"
            found.append(Detected(other, near, float(random.random())))
        pictures.append(Picture(found, real))
    expected = pycocotools_ap(pictures)
    assert 0.1 < expected[0] < 0.9
    assert list(average_precision(pictures)) == pytest.approx(expected, abs=1e-4)
