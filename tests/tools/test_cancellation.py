from __future__ import annotations

import threading

import pytest
from viscript.tools.cancellation import Cancellation, cancellable, current_cancellation, pause
from viscript.tools.errors import CancelledError


def test_check_raises_once_someone_has_asked_to_stop() -> None:
    token = Cancellation()
    token.check()
    token.cancel("stopped by the user")
    with pytest.raises(CancelledError, match="stopped by the user"):
        token.check()


def test_the_first_reason_stays() -> None:
    token = Cancellation()
    token.cancel("first")
    token.cancel("second")
    with pytest.raises(CancelledError, match="first"):
        token.check()


def test_a_callback_is_called_when_someone_asks_to_stop() -> None:
    token, heard = Cancellation(), list[str]()
    with token.calling(lambda: heard.append("inside")):
        token.cancel("now")
    assert heard == ["inside"]


def test_a_callback_that_comes_too_late_is_called_at_once() -> None:
    token, heard = Cancellation(), list[str]()
    token.cancel("before")
    with token.calling(lambda: heard.append("late")):
        assert heard == ["late"]


def test_a_callback_is_forgotten_after_its_block() -> None:
    token, heard = Cancellation(), list[str]()
    with token.calling(lambda: heard.append("never")):
        pass
    token.cancel("after")
    assert heard == []


def test_the_current_token_is_that_of_the_innermost_block() -> None:
    outer, inner = Cancellation(), Cancellation()
    with cancellable(outer):
        with cancellable(inner):
            assert current_cancellation() is inner
        assert current_cancellation() is outer
    assert current_cancellation() not in (outer, inner)


def test_a_part_of_the_work_is_stopped_alone_or_with_the_whole() -> None:
    whole = Cancellation()
    with whole.part() as first:
        first.cancel("only this")
    assert not whole.cancelled
    with whole.part() as second:
        whole.cancel("everything")
        with pytest.raises(CancelledError, match="everything"):
            second.check()


def test_what_a_part_left_behind_is_stopped_when_its_block_ends() -> None:
    with Cancellation().part() as part:
        assert not part.cancelled
    assert part.cancelled


def test_a_pause_ends_as_soon_as_someone_asks_to_stop() -> None:
    token = Cancellation()
    person = threading.Thread(target=token.cancel, args=("enough",))
    person.start()
    with cancellable(token), pytest.raises(CancelledError, match="enough"):
        pause(600)
    person.join()


def test_a_pause_that_nobody_ends_is_over_in_its_time() -> None:
    with cancellable(Cancellation()):
        pause(0)
