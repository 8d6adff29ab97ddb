"""How many workers a cluster has room for, and how many cores each one gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...tools.errors import InputError


class Machine(NamedTuple):
    """What a machine of the cluster offers to workers."""

    cores: int
    gpus: int


class Share(NamedTuple):
    """What each worker gets.

    Args:
        workers: how many there are.
        cores: of a machine, for each.
        gpus: 1 or 0, for each.
    """

    workers: int
    cores: int
    gpus: int


def share_of(machines: Sequence[Machine], wanted: int = 0) -> Share:
    """How machines are shared among workers.

    Args:
        machines: those that take work.
        wanted: the number of workers; 0 for one a GPU, or, where there is none, one a machine.
            There are two at least, if there is room, so that one goes on when the other ends.

    Raises:
        InputError: there is no room for that many.
    """
    gpus = min(1, sum(one.gpus for one in machines))
    most = _room(machines, 1, gpus)
    usual = most if gpus else min(max(2, len(machines)), most)
    workers = wanted or usual
    if not 1 <= workers <= most:
        raise InputError(
            f"the cluster has no room for {max(workers, 1)} workers",
            hint=f"it has {'GPUs' if gpus else 'cores'} for {most}",
        )
    cores = max(one.cores for one in machines)
    while _room(machines, cores, gpus) < workers:
        cores -= 1
    return Share(workers, cores, gpus)


def _room(machines: Sequence[Machine], cores: int, gpus: int) -> int:
    """Workers that fit, each on one machine."""
    return sum(
        min(one.cores // cores, one.gpus) if gpus else one.cores // cores for one in machines
    )
