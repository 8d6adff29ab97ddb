"""Which worker a question goes to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from viscript.eval.engines.assignment import Assignment


def test_questions_about_a_picture_go_to_the_same_worker() -> None:
    workers = Assignment(2, room=4)
    assert [workers.take(picture) for picture in "abab"] == [0, 1, 0, 1]


def test_a_new_picture_goes_to_the_worker_with_the_fewest_questions() -> None:
    workers = Assignment(3, room=4)
    for picture in "aab":
        workers.take(picture)
    assert workers.take("c") == 2


def test_nobody_idles_while_the_worker_of_a_picture_is_full() -> None:
    workers = Assignment(2, room=2)
    assert [workers.take("a") for _ in range(5)] == [0, 0, 1, 1, None]
    workers.give_back(0)
    assert workers.take("a") == 0


def test_a_worker_that_ended_gets_nothing_until_it_is_back() -> None:
    workers = Assignment(2, room=2)
    assert workers.take("a") == 0
    workers.ended(0)
    workers.give_back(0)
    assert [workers.take("a") for _ in range(3)] == [1, 1, None]
    workers.restarted(0)
    # What it kept of the picture is lost: the other one has it now.
    workers.give_back(1)
    assert workers.take("a") == 1
    assert workers.take("b") == 0


def test_it_is_over_when_no_worker_will_be_back() -> None:
    workers = Assignment(2, room=1)
    workers.ended(0, for_good=True)
    workers.ended(1)
    assert not workers.over
    workers.ended(1, for_good=True)
    assert workers.over


@given(
    st.integers(1, 4),
    st.integers(1, 3),
    st.lists(st.tuples(st.sampled_from(["take", "give", "end", "restart"]), st.integers(0, 3))),
)
def test_no_worker_has_more_than_its_room_and_only_those_that_are_up_get_questions(
    count: int, room: int, moves: list[tuple[str, int]]
) -> None:
    workers = Assignment(count, room)
    held: list[int] = []
    for move, number in moves:
        if move == "take":
            worker = workers.take(number)
            if worker is None:
                assert all(
                    held.count(one) == room or not workers.is_up(one) for one in range(count)
                )
            else:
                assert workers.is_up(worker)
                held.append(worker)
                assert held.count(worker) <= room
        elif move == "give" and held:
            workers.give_back(held.pop(number % len(held)))
        elif move == "end":
            workers.ended(number % count)
        elif move == "restart":
            workers.restarted(number % count)
