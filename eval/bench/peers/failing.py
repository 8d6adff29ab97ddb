"""What is left when a tool fails in the middle of a program, and what is done again after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from ....tools.cache import MemoryCache
from ....tools.contract import tool
from ....tools.errors import ToolError
from ....tools.toolbox import Toolbox
from ....tools.values import ImageLike
from ..samples import photo
from .executors import EXECUTORS, Executor

PROGRAM = """
a = first(image)
b = second(image, a)
answer = third(image, b)
"""


@dataclass(frozen=True, slots=True)
class Recovery:
    """How an executor comes through a tool that fails once.

    Args:
        said: what it said.
        place: where in the program it says that it failed.
        answer: of the second try, when the tool works again.
        again: calls of the second try that the first one had already made with success.
    """

    said: str
    place: str
    answer: object
    again: int


def failing() -> dict[str, dict[str, Any]]:
    """The recovery of each executor."""
    return {name: asdict(recovery_of(executor)) for name, executor in EXECUTORS.items()}


def recovery_of(executor: Executor) -> Recovery:
    """Runs a program whose second tool fails, then the same program with the tool mended."""
    calls, broken = Counter[str](), [True]
    toolbox = Toolbox.load(tools=_tools(calls, broken), cache=MemoryCache())
    image = photo()
    failed = executor(PROGRAM, toolbox, image)
    broken[0] = False
    before = calls["first"]
    mended = executor(PROGRAM, toolbox, image)
    return Recovery(failed.problem, failed.place, mended.answer, calls["first"] - before)


def _tools(calls: Counter[str], broken: list[bool]) -> list[Callable[..., Any]]:
    @tool()
    def first(image: ImageLike) -> int:
        """Gives a number.

        Args:
            image: a picture.

        Returns:
            A number.
        """
        calls["first"] += 1
        return 1

    @tool()
    def second(image: ImageLike, number: int) -> int:
        """Gives a number, unless it is broken.

        Args:
            image: a picture.
            number: a number.

        Returns:
            A number.
        """
        if broken[0]:
            raise ToolError("the detector found no weights", hint="try again later")
        return number + 1

    @tool()
    def third(image: ImageLike, number: int) -> int:
        """Gives a number.

        Args:
            image: a picture.
            number: a number.

        Returns:
            A number.
        """
        return number + 1

    return [first, second, third]
