"""`RayEngine`: answers questions on a Ray cluster (Moritz et al., OSDI 2018).

inspect drives: it hands out questions, writes the log and resumes it. Each worker is a Ray actor
with its own planner, tools and models. A worker that ends is started again, and its open questions
go to another one.
"""

from __future__ import annotations

import importlib
import logging
import os
import socket
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...tools.errors import InputError, ModelError
from ...tools.profile import load_profile
from .crew import START_SECONDS, Crew, cause_of, last_line
from .engine import EngineSettings
from .machines import Machine, share_of
from .worker import Worker

if TYPE_CHECKING:
    from ..record import Record
    from ..suites.suite import Question, Suite
    from ..system import Settings

LOCAL = "local"
"""What Ray calls a cluster of this process's own."""
RESTARTS = 10
"""How often a worker is started again."""
REACH_SECONDS = 10.0
"""For the cluster to answer."""


class RayEngine:
    """Workers on a cluster.

    Args:
        wanted: which cluster, how many workers, and how many questions each answers at once.
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
            max_concurrency=wanted.most,
            max_restarts=RESTARTS,
            # Another worker answers sooner than this one's next process.
            max_task_retries=0,
            scheduling_strategy="SPREAD",
        )
        self._workers: list[Any] = [
            actor.remote(suite.name, settings, folder.absolute(), wanted.most)
            for _ in range(share.workers)
        ]
        self._crew = Crew(self._workers, self._ray.exceptions, wanted.open)
        self._wait_for_all(folder.absolute())

    async def answer(self, question: Question) -> Record:
        """The answer to a question.

        Raises:
            ViscriptError: as `Crew.answer`.
        """
        return await self._crew.answer(question)

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
            raise cause_of(error) from None
        except errors.RayError as error:
            raise ModelError(
                f"a worker did not start: {last_line(error)}",
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
            f"there is no cluster to use at {address}: {last_line(error)}",
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
