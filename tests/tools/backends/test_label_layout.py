from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from viscript.tools.backends.label_layout import Place, beside, place_labels

FRAME = (200, 120)

corners = st.integers(-80, 260)
boxes = st.tuples(corners, corners, st.integers(1, 150), st.integers(1, 150)).map(
    lambda one: Place(one[0], one[1], one[0] + one[2], one[1] + one[3])
)
labels = st.lists(st.tuples(boxes, st.integers(1, 60), st.integers(1, 20)), max_size=25)


@given(labels)
def test_labels_lie_inside_the_frame_and_apart(
    wanted: list[tuple[Place, int, int]],
) -> None:
    sizes = [(width, height) for _, width, height in wanted]
    wishes = [beside(box, size) for (box, *_), size in zip(wanted, sizes, strict=True)]
    places = place_labels(wishes, sizes, FRAME)
    placed = [place for place in places if place is not None]
    for place, size in zip(places, sizes, strict=True):
        if place is not None:
            assert (place.right - place.left, place.bottom - place.top) == size
            assert 0 <= place.left <= place.right <= FRAME[0]
            assert 0 <= place.top <= place.bottom <= FRAME[1]
    assert not any(one.meets(other) for i, one in enumerate(placed) for other in placed[i + 1 :])


@given(st.lists(boxes, max_size=9))
def test_no_label_is_left_out_while_there_is_much_room(wanted: list[Place]) -> None:
    size = (30, 10)
    places = place_labels([beside(box, size) for box in wanted], [size] * len(wanted), FRAME)
    assert None not in places


def test_a_label_stands_on_its_box_when_it_can() -> None:
    size = (30, 10)
    box = Place(50, 40, 120, 90)
    assert place_labels([beside(box, size)], [size], FRAME) == [Place(50, 30, 80, 40)]


def test_at_the_upper_border_it_moves_into_the_frame() -> None:
    size = (30, 10)
    assert place_labels([beside(Place(190, 0, 199, 50), size)], [size], FRAME) == [
        Place(170, 0, 200, 10)
    ]


def test_a_label_larger_than_the_frame_has_no_place() -> None:
    assert place_labels([[(0, 0)], [(0, 0)]], [(201, 5), (20, 121)], FRAME) == [None, None]


def test_a_full_frame_has_no_place_left() -> None:
    everything = [(0, 0)]
    assert place_labels([everything, everything], [FRAME, (5, 5)], FRAME)[1] is None
