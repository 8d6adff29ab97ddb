"""What each executor adds to a call of a tool."""

from __future__ import annotations

from functools import partial

from ....tools.cache import MemoryCache
from ....tools.toolbox import Toolbox
from ....tools.values import Image
from ..figures import seconds_of
from ..samples import after_tool, photo
from .executors import EXECUTORS, Executor

STEPS = 100


def overhead() -> dict[str, float]:
    """Seconds a step, for each executor, of a chain of calls that need each other.

    A step is the difference between a long chain and one of one call: its line is read, run and, by
    viscript, checked; what a program costs once does not count. The peers call a plain function;
    viscript's step checks arguments and result, looks for the result among those kept, and is
    traced.
    """
    toolbox = Toolbox.load(tools=[after_tool([])], cache=MemoryCache())
    image = photo()
    works = [
        partial(_run, executor, chain(length), toolbox, image, length)
        for executor in EXECUTORS.values()
        for length in (STEPS + 1, 1)
    ]
    seconds = seconds_of(*works, rounds=5)
    pairs = zip(seconds[::2], seconds[1::2], strict=True)
    return {
        name: (long - short) / STEPS for name, (long, short) in zip(EXECUTORS, pairs, strict=True)
    }


def chain(length: int) -> str:
    """A program of `length` calls, each of which needs the one before."""
    lines = [f"n{at + 1} = after(image, n{at})" for at in range(length)]
    return "\n".join(["n0 = 0", *lines, f"answer = n{length}"])


def _run(executor: Executor, source: str, toolbox: Toolbox, image: Image, expected: int) -> None:
    outcome = executor(source, toolbox, image)
    assert outcome.answer == expected, outcome.problem
