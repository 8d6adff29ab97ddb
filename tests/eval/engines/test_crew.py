"""Workers that end, and what becomes of their questions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import pytest
from viscript import InputError, ModelError
from viscript.eval.engines.crew import TRIES, Crew, picture_of
from viscript.eval.record import Record
from viscript.eval.suites.suite import Question

errors: Any = pytest.importorskip("ray.exceptions", reason="needs Ray: 'viscript[ray]'")

SECONDS = 20
"""After which a crew that waits for ever fails its test."""
ROOM = 4
ENDINGS = (
    errors.ActorDiedError(),
    errors.ActorUnavailableError("no answer", None),
    errors.OutOfMemoryError("the memory of the machine ran out"),
    errors.ActorUnschedulableError("its machine is gone"),
    errors.RuntimeEnvSetupError("no space left"),
)
each_ending = pytest.mark.parametrize("ending", ENDINGS, ids=lambda one: type(one).__name__)


class Method:
    """A method of a worker as Ray calls it: its results, or what is raised, one after the other,
    the last one again and again.
    """

    def __init__(self, *results: object) -> None:
        self._results = results
        self.calls = 0

    def options(self, **options: object) -> Method:
        return self

    async def remote(self, *given: object) -> object:
        result = self._results[min(self.calls, len(self._results) - 1)]
        self.calls += 1
        # Ray gives other tasks their turn, too.
        await asyncio.sleep(0)
        if isinstance(result, Exception):
            raise result
        return result


class Actor:
    """A worker of a script."""

    def __init__(self, *answers: object, ready: tuple[object, ...] = ()) -> None:
        self.answer = Method(*answers)
        self.ready = Method(*ready)


def record(text: str) -> Record:
    return Record(text=text)


def question(name: str = "1") -> Question:
    return Question(name, [Path("a.png")], "How many?", ["1"])


def within(work: Awaitable[Any]) -> Any:
    async def waited() -> Any:
        return await asyncio.wait_for(work, SECONDS)

    return asyncio.run(waited())


@each_ending
def test_the_question_of_a_worker_that_ended_goes_to_another_one(ending: Exception) -> None:
    first, second = Actor(ending, ready=(None,)), Actor(record("one"))
    crew = Crew([first, second], errors, ROOM)
    assert within(crew.answer(question())).text == "one"
    assert (first.answer.calls, second.answer.calls) == (1, 1)


@each_ending
def test_a_worker_that_does_not_start_again_is_gone_and_the_others_go_on(
    ending: Exception,
) -> None:
    first = Actor(ending, ready=(ending,))
    second = Actor(*(record(str(number)) for number in range(9)))
    crew = Crew([first, second], errors, ROOM)

    async def asked() -> list[str]:
        return [(await crew.answer(question(str(number)))).text for number in range(9)]

    assert within(asked()) == [str(number) for number in range(9)]
    assert (first.answer.calls, first.ready.calls) == (1, 1)


@each_ending
def test_it_ends_with_an_error_when_all_workers_are_gone(ending: Exception) -> None:
    crew = Crew([Actor(ending, ready=(ending,)) for _ in range(2)], errors, ROOM)

    async def asked() -> list[Record | BaseException]:
        each = (crew.answer(question(str(number))) for number in range(3))
        return await asyncio.gather(*each, return_exceptions=True)

    said = [str(one) for one in within(asked()) if isinstance(one, ModelError)]
    assert len(said) == 3
    assert all("all workers of the cluster have ended" in one for one in said)


def test_a_worker_that_started_again_gets_questions_again() -> None:
    only = Actor(errors.ActorDiedError(), record("one"), record("two"), ready=(None,))
    crew = Crew([only], errors, ROOM)

    async def asked() -> list[str]:
        return [(await crew.answer(question(str(number)))).text for number in range(2)]

    assert within(asked()) == ["one", "two"]
    assert only.ready.calls == 1


def test_a_question_that_ends_too_many_workers_is_not_put_again() -> None:
    workers = [Actor(errors.ActorDiedError(), ready=(None,)) for _ in range(TRIES + 1)]
    crew = Crew(workers, errors, ROOM)
    with pytest.raises(ModelError, match="3 workers ended while they answered"):
        within(crew.answer(question()))
    assert sum(one.answer.calls for one in workers) == TRIES


def test_what_a_worker_raised_itself_is_not_tried_elsewhere() -> None:
    raised = errors.RayTaskError(
        "answer", "Traceback", InputError("there is no a.png"), "ray::Worker", 1, "127.0.0.1"
    )
    first, second = Actor(raised), Actor()
    with pytest.raises(InputError, match=r"there is no a\.png"):
        within(Crew([first, second], errors, ROOM).answer(question()))
    assert second.answer.calls == 0


def test_questions_whose_pictures_are_in_no_file_of_their_own_do_not_crowd_at_one_worker() -> None:
    here, there = Question("1", [], "?", ["a"]), Question("2", [], "?", ["a"])
    assert picture_of(here) != picture_of(there)
    assert picture_of(question("1")) == picture_of(question("2"))


class Meeting(Method):
    """Answers when so many questions are there; knows the most that ever were."""

    def __init__(self, parties: int) -> None:
        super().__init__()
        self.peak = self._here = 0
        self._together = asyncio.Barrier(parties)

    async def remote(self, *given: object) -> object:
        self._here += 1
        self.peak = max(self.peak, self._here)
        await self._together.wait()
        self._here -= 1
        return record("one")


def test_a_worker_has_as_many_questions_open_as_it_has_room_for() -> None:
    only = Actor()

    async def all_asked() -> int:
        only.answer = meeting = Meeting(ROOM)
        crew = Crew([only], errors, ROOM)
        await asyncio.gather(*(crew.answer(question(str(number))) for number in range(3 * ROOM)))
        return meeting.peak

    assert within(all_asked()) == ROOM
