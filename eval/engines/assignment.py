"""`Assignment`: which worker gets a question, so that questions about a picture share its work."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal


class Assignment:
    """Places at workers, each with `room` for open questions.

    A picture belongs to the worker that got its first question: there its encodings are, and calls
    about it run as one batch. Its questions go elsewhere when that worker has no room, is down, or
    is gone, so that nobody idles.

    Args:
        workers: how many there are; all are up.
        room: questions that each may have open.
    """

    def __init__(self, workers: int, room: int) -> None:
        self._room = room
        self._open = [0] * workers
        self._state: list[Literal["up", "down", "gone"]] = ["up"] * workers
        self._homes: dict[Hashable, int] = {}

    @property
    def over(self) -> bool:
        """Whether all workers are gone."""
        return all(state == "gone" for state in self._state)

    def take(self, picture: Hashable) -> int | None:
        """A place for a question about a picture; None while there is none."""
        free = [
            worker
            for worker, state in enumerate(self._state)
            if state == "up" and self._open[worker] < self._room
        ]
        if not free:
            return None
        worker = self._homes.get(picture, -1)
        if worker not in free:
            worker = min(free, key=self._open.__getitem__)
            self._homes.setdefault(picture, worker)
        self._open[worker] += 1
        return worker

    def give_back(self, worker: int) -> None:
        """The question has been answered, or will be elsewhere."""
        self._open[worker] -= 1

    def is_up(self, worker: int) -> bool:
        """Whether it gets questions."""
        return self._state[worker] == "up"

    def ended(self, worker: int, *, for_good: bool = False) -> None:
        """The worker's process ended: what it kept of pictures is lost."""
        self._state[worker] = "gone" if for_good else "down"
        self._homes = {one: home for one, home in self._homes.items() if home != worker}

    def restarted(self, worker: int) -> None:
        """The worker has a new process."""
        self._state[worker] = "up"
