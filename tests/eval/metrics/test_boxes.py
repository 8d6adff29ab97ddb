from __future__ import annotations

import numpy as np
import pytest
import supervision as sv
from hypothesis import given
from hypothesis import strategies as st
from viscript import Box
from viscript.eval.metrics.boxes import accuracy_at, iou, mean_iou

corners, sides = st.integers(-50, 50), st.integers(1, 60)


def box_of(left: int, top: int, width: int, height: int) -> Box:
    return Box(left, top, left + width, top + height)


boxes = st.builds(box_of, corners, corners, sides, sides)


def test_boxes_overlap_by_what_they_share_of_what_they_cover() -> None:
    # 5 x 10 shared; 100 + 100 - 50 covered.
    assert iou(Box(0, 0, 10, 10), Box(5, 0, 15, 10)) == pytest.approx(50 / 150)
    assert iou(Box(0, 0, 10, 10), Box(0, 0, 10, 10)) == 1
    assert iou(Box(0, 0, 10, 10), Box(10, 0, 20, 10)) == 0
    assert iou(Box(0, 0, 10, 10), Box(2, 2, 7, 12)) == pytest.approx(40 / 110)


@given(boxes, boxes)
def test_overlaps_are_those_of_supervision(one: Box, other: Box) -> None:
    (expected,) = sv.box_iou_batch(np.array([one.xyxy]), np.array([other.xyxy])).flat
    assert iou(one, other) == iou(other, one) == pytest.approx(float(expected), abs=1e-6)


def test_boxes_without_an_area_overlap_nothing() -> None:
    assert iou(Box(5, 5, 5, 5), Box(5, 5, 5, 5)) == 0
    assert iou(Box(5, 0, 5, 9), Box(0, 0, 9, 9)) == 0


def test_a_box_is_right_from_half_on() -> None:
    overlaps = [0.5, 0.49, 1.0, 0.0]
    assert accuracy_at(overlaps) == 0.5
    assert mean_iou(overlaps) == pytest.approx(1.99 / 4)
    assert mean_iou([]) == accuracy_at([]) == 0
