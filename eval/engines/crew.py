"""`Crew`: the workers of a cluster, each of which answers questions until it ends for good."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from ...tools.errors import ModelError, ViscriptError
from .assignment import Assignment

if TYPE_CHECKING:
    from ..record import Record
    from ..suites.suite import Question

TRIES = 3
"""Workers that a question may end before it is held to be the reason."""
START_SECONDS = 300.0
"""For a worker to start: packages are read, over a network perhaps."""


class Crew:
    """Workers, to which questions are handed out.

    A worker that ends gets no questions until its next process is there; its open ones go to
    another worker.

    Args:
        workers: handles of Ray's to `Worker`.
        errors: the module `ray.exceptions`.
        room: questions that each worker may have open.
    """

    def __init__(self, workers: Sequence[Any], errors: Any, room: int) -> None:
        self._workers = workers
        self._errors = errors
        self._assignment = Assignment(len(workers), room)
        self._changed = asyncio.Condition()
        self._restarting: set[asyncio.Task[None]] = set()

    async def answer(self, question: Question) -> Record:
        """The answer to a question.

        Raises:
            ViscriptError: as `System.answer`; or no worker is left, or it ended `TRIES` of them.
        """
        for _ in range(TRIES):
            worker = await self._place(question)
            try:
                return await self._workers[worker].answer.remote(question)
            except self._errors.RayTaskError as error:
                raise cause_of(error) from None
            except self._errors.RayError:
                # Not only RayActorError: of other classes are memory that runs out, and a cluster
                # without room for the next process.
                self._restart(worker)
            finally:
                async with self._changed:
                    self._assignment.give_back(worker)
                    self._changed.notify_all()
            _note(f"worker {worker} ended; the question goes to another one")
        raise ModelError(
            f"{TRIES} workers ended while they answered the question",
            hint="`ray logs` says why; often memory runs out: use fewer --workers",
        )

    async def _place(self, question: Question) -> int:
        """The worker for a question, once one has room.

        Raises:
            ModelError: none is left.
        """
        picture = picture_of(question)
        async with self._changed:
            while (worker := self._assignment.take(picture)) is None:
                if self._assignment.over:
                    raise ModelError("all workers of the cluster have ended", hint="use --resume")
                await self._changed.wait()
            return worker

    def _restart(self, worker: int) -> None:
        """Gives the worker no questions until its next process is there."""
        if not self._assignment.is_up(worker):
            return
        self._assignment.ended(worker)
        task = asyncio.get_running_loop().create_task(self._restarted(worker))
        self._restarting.add(task)
        task.add_done_callback(self._restarting.discard)

    async def _restarted(self, worker: int) -> None:
        ready = self._workers[worker].ready.options(max_task_retries=-1)
        try:
            await asyncio.wait_for(ready.remote(""), START_SECONDS)
            self._assignment.restarted(worker)
        except (self._errors.RayError, TimeoutError):
            self._assignment.ended(worker, for_good=True)
        async with self._changed:
            self._changed.notify_all()


def picture_of(question: Question) -> Hashable:
    """What questions that share work have in common.

    Pictures that a suite draws, or that lie inside another file, are their question's own.
    """
    return tuple(question.images) or question.id


def cause_of(error: Any) -> ViscriptError:
    """What a worker raised, as it raised it."""
    cause: BaseException = error.cause
    if isinstance(cause, ViscriptError):
        return cause
    return ModelError(f"a worker failed: {last_line(error)}", hint="`ray logs` has the rest")


def last_line(error: BaseException) -> str:
    """The last line of what an error says, or what it is."""
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__


def _note(text: str) -> None:
    """Keeps a note with the question, in inspect's log."""
    from inspect_ai.log import transcript

    transcript().info(text, source="viscript")
