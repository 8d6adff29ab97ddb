from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.tools.backends.detections import Detections, areas, overlaps

corner = st.integers(0, 50)
box = st.tuples(corner, corner, corner, corner).map(
    lambda c: (min(c[0], c[2]), min(c[1], c[3]), max(c[0], c[2]) + 1, max(c[1], c[3]) + 1)
)
detection = st.tuples(box, st.integers(1, 100), st.integers(0, 2))


def detections(rows: list[tuple[tuple[int, int, int, int], int, int]]) -> Detections:
    return Detections.sorted(
        np.array([row[0] for row in rows], dtype=np.float32).reshape(-1, 4),
        np.array([row[1] / 100 for row in rows], dtype=np.float32),
        np.array([row[2] for row in rows], dtype=np.int64),
    )


def test_overlap_is_intersection_over_union() -> None:
    a = np.array([[0, 0, 10, 10]], dtype=np.float32)
    b = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30]], dtype=np.float32)
    assert overlaps(a, b)[0] == pytest.approx([1.0, 1 / 3, 0.0])
    assert areas(b).tolist() == [100.0, 100.0, 100.0]


def test_the_surer_of_two_boxes_of_a_thing_stays() -> None:
    both = detections([((0, 0, 10, 10), 40, 1), ((0, 1, 10, 10), 80, 1)])
    assert both.suppressed(0.5, within_classes=True).scores.tolist() == pytest.approx([0.8])


def test_other_classes_are_doubles_only_where_asked() -> None:
    both = detections([((0, 0, 10, 10), 40, 1), ((0, 0, 10, 10), 80, 2)])
    assert len(both.suppressed(0.7, within_classes=True)) == 2
    assert both.suppressed(0.7, within_classes=False).classes.tolist() == [2]


def test_a_double_of_a_double_stays() -> None:
    chain = detections([((0, 0, 10, 10), 90, 0), ((4, 0, 14, 10), 80, 0), ((8, 0, 18, 10), 70, 0)])
    kept = chain.suppressed(0.4, within_classes=True)
    assert kept.scores.tolist() == pytest.approx([0.9, 0.7])


@given(st.lists(detection, max_size=25), st.sampled_from([0.3, 0.5, 0.7]))
def test_no_two_that_stay_are_doubles_and_all_that_go_are(
    rows: list[tuple[tuple[int, int, int, int], int, int]], iou: float
) -> None:
    before = detections(rows)
    after = before.suppressed(iou, within_classes=False)
    among = overlaps(after.boxes, after.boxes) - np.eye(len(after), dtype=np.float32)
    assert not (among > iou).any()
    assert list(after.scores) == sorted(after.scores, reverse=True)
    if rows:
        closest = overlaps(before.boxes, after.boxes).max(axis=1)
        assert (closest > iou).all()
