from __future__ import annotations

import pytest
from viscript import Box
from viscript.eval.metrics.boxes import accuracy_at, iou, mean_iou


def test_boxes_overlap_by_what_they_share_of_what_they_cover() -> None:
    # 5 x 10 shared; 100 + 100 - 50 covered.
    assert iou(Box(0, 0, 10, 10), Box(5, 0, 15, 10)) == pytest.approx(50 / 150)
    assert iou(Box(0, 0, 10, 10), Box(0, 0, 10, 10)) == 1
    assert iou(Box(0, 0, 10, 10), Box(10, 0, 20, 10)) == 0
    assert iou(Box(0, 0, 10, 10), Box(2, 2, 7, 12)) == pytest.approx(40 / 110)


def test_a_box_is_right_from_half_on() -> None:
    overlaps = [0.5, 0.49, 1.0, 0.0]
    assert accuracy_at(overlaps) == 0.5
    assert mean_iou(overlaps) == pytest.approx(1.99 / 4)
    assert mean_iou([]) == accuracy_at([]) == 0
