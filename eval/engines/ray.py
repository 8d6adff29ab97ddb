"""`RayEngine`: answers questions on a Ray cluster (Moritz et al., OSDI 2018).

inspect drives: it hands out questions, writes the log and resumes it. Each worker is a Ray actor
with its own planner, tools and models. A worker that ends is started again, and its open questions
go to another one.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import socket
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...tools.errors import InputError, ModelError, ViscriptError
from ...tools.profile import load_profile
from .assignment import Assignment
from .engine import AT_ONCE, OPEN, EngineSettings
from .machines import Machine, share_of
from .worker import Worker

if TYPE_CHECKING:
    from ..record import Record
    from ..suites.suite import Question, Suite
    from ..system import Settings

LOCAL = "local"
"""What Ray calls a cluster of this process's own."""
TRIES = 3
"""Workers that a question may end before it is held to be the reason."""
RESTARTS = 10
"""How often a worker is started again."""
START_SECONDS = 300.0
"""For a worker to start: packages are read, over a network perhaps."""
REACH_SECONDS = 10.0
"""For the cluster to answer."""


class RayEngine:
    """Workers on a cluster.

    Args:
        wanted: which cluster, and how many workers.
        suite: the questions' suite, one that has a name.
        settings: the system of each worker.
        folder: where the runs are kept, at the same path on each machine.

    Raises:
        InputError: there is no such cluster, no room on it, or the folder is not shared; or as
            `System`.
        ModelError: Ray is not installed, or a worker can't start; or as `System`.
    """

    def __init__(
        self, wanted: EngineSettings, suite: Suite, settings: Settings, folder: Path
    ) -> None:
        settings = replace(settings, profile=_anywhere(settings.profile))
        # Ray's annotations have parts that strict checking calls unknown.
        self._ray: Any = _connected(wanted.address or LOCAL)
        share = share_of(_machines(self._ray), wanted.workers)
        actor = self._ray.remote(Worker).options(
            num_cpus=share.cores,
            num_gpus=share.gpus,
            max_concurrency=AT_ONCE,
            max_restarts=RESTARTS,
            # Another worker answers sooner than this one's next process.
            max_task_retries=0,
            scheduling_strategy="SPREAD",
        )
        self._workers: list[Any] = [
            actor.remote(suite.name, settings, folder.absolute()) for _ in range(share.workers)
        ]
        self._assignment = Assignment(share.workers, OPEN)
        self._changed = asyncio.Condition()
        self._restarting: set[asyncio.Task[None]] = set()
        self._wait_for_all(folder.absolute())

    async def answer(self, question: Question) -> Record:
        """The answer to a question.

        Raises:
            ViscriptError: as `System.answer`; or no worker is left, or it ended `TRIES` of them.
        """
        errors = self._ray.exceptions
        for _ in range(TRIES):
            worker = await self._place(question)
            try:
                return await self._workers[worker].answer.remote(question)
            except errors.RayActorError:
                self._restart(worker)
            except errors.RayTaskError as error:
                raise _cause(error) from None
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
        picture = tuple(question.images)
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
        errors = self._ray.exceptions
        ready = self._workers[worker].ready.options(max_task_retries=-1)
        try:
            await asyncio.wait_for(ready.remote(""), START_SECONDS)
            self._assignment.restarted(worker)
        except (errors.RayActorError, errors.RayTaskError, TimeoutError):
            self._assignment.ended(worker, for_good=True)
        async with self._changed:
            self._changed.notify_all()

    def _wait_for_all(self, folder: Path) -> None:
        """Returns when all workers can answer, and see the folder."""
        errors = self._ray.exceptions
        shared = f".shared-{uuid.uuid4().hex}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / shared).touch()
        try:
            self._ray.get(
                [one.ready.remote(shared) for one in self._workers], timeout=START_SECONDS
            )
        except errors.GetTimeoutError:
            raise ModelError(
                f"the workers did not start in {START_SECONDS:.0f} s", hint="see `ray status`"
            ) from None
        except errors.RayTaskError as error:
            raise _cause(error) from None
        except errors.RayError as error:
            raise ModelError(
                f"a worker did not start: {_last_line(error)}",
                hint="install the same viscript and Ray on each machine",
            ) from None
        finally:
            (folder / shared).unlink()


def leave() -> None:
    """Ends the workers, and a cluster that was started for them."""
    ray: Any = sys.modules.get("ray")
    if ray is not None and ray.is_initialized():
        ray.shutdown()


def _connected(address: str) -> Any:
    """The package ray, connected.

    Raises:
        InputError: there is no cluster at the address.
        ModelError: the package is missing.
    """
    # Nothing is told to Ray's authors.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        ray: Any = importlib.import_module("ray")
    except ModuleNotFoundError:
        raise ModelError("ray isn't installed", hint="pip install 'viscript[ray]'") from None
    options = {"include_dashboard": False} if address == LOCAL else {}
    try:
        _reach(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **options)
    except (OSError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
        raise InputError(
            f"there is no cluster to use at {address}: {_last_line(error)}",
            hint="start one with `ray start --head`",
        ) from None
    return ray


def _reach(address: str) -> None:
    """Fails at once where Ray would try for minutes.

    Raises:
        OSError: nothing answers there.
        ValueError: it is no address.
    """
    if address in (LOCAL, "auto"):
        return
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError("an address is auto or HOST:PORT")
    socket.create_connection((host, int(port)), REACH_SECONDS).close()


def _anywhere(profile: str) -> str:
    """A profile's name, or its file as workers find it, whose current folder is another.

    Raises:
        InputError: there is no such profile.
    """
    load_profile(profile)
    return str(Path(profile).absolute()) if profile.endswith(".toml") else profile


def _machines(ray: Any) -> list[Machine]:
    """The machines that take work: a head may be set apart with no cores."""
    offered = (one["Resources"] for one in ray.nodes() if one["Alive"])
    found = (Machine(int(one.get("CPU", 0)), int(one.get("GPU", 0))) for one in offered)
    return [one for one in found if one.cores]


def _cause(error: Any) -> ViscriptError:
    """What a worker raised, as it raised it."""
    cause: BaseException = error.cause
    if isinstance(cause, ViscriptError):
        return cause
    return ModelError(f"a worker failed: {_last_line(error)}", hint="`ray logs` has the rest")


def _last_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__


def _note(text: str) -> None:
    """Keeps a note with the question, in inspect's log."""
    from inspect_ai.log import transcript

    transcript().info(text, source="viscript")
