"""A small world for programs: a picture, tools that answer at once, and steps that call them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from functools import cache
from typing import cast

import numpy as np
import pytest
from viscript.agent.program import (
    Budget,
    Diagnostic,
    Dialect,
    Execution,
    ProgramFailedError,
    Scope,
    Steps,
    check,
    execute,
)
from viscript.tools.cancellation import Cancellation
from viscript.tools.contract import Contract, tool
from viscript.tools.errors import ToolError
from viscript.tools.registry import Registry
from viscript.tools.types import IMAGE
from viscript.tools.values import Box, Image, Region

PICTURE = Image.from_array(np.zeros((60, 90, 3), np.uint8), "black.png")
THINGS = {"dog": 2, "cat": 1, "person": 3}


@tool()
def describe(region: Region, style: str = "short") -> str:
    """Describes a region.

    Args:
        region: the region.
        style: how.

    Returns:
        Its label and style.
    """
    return f"{region.label} ({style})"


def found(query: str) -> list[Region]:
    """The regions that the test's `find` finds: as many as `THINGS` says."""
    return [
        Region(PICTURE, Box(10 * i, 0, 10 * i + 8, 8), query, round(0.9 - 0.1 * i, 1))
        for i in range(THINGS.get(query, 0))
    ]


def regions_in(value: object) -> list[Region]:
    """A list of regions, and nothing else."""
    items = cast("list[object]", value)
    regions = [one for one in items if isinstance(one, Region)]
    assert len(regions) == len(items)
    return regions


def ready(value: object) -> object:
    """A value whose futures have been waited for."""
    if isinstance(value, Future):
        return ready(cast("Future[object]", value).result())
    if isinstance(value, list):
        return [ready(one) for one in cast("list[object]", value)]
    return value


class DirectSteps:
    """Calls tools at once: those with a body for real, `find` and the like from a table."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, object]]] = []

    def start(self, contract: Contract, arguments: Mapping[str, object], line: int) -> object:
        self.calls.append((contract.name, dict(arguments)))
        match contract.name:
            case "find":
                return found(str(arguments["query"]))
            case "ask":
                return self.answer(str(arguments["question"]))
            case "color_of":
                return "red"
            case _ if contract.traits.backend:
                return self.by_backend(contract, arguments)
            case _:
                return contract.function(**arguments)

    def answer(self, question: str) -> str:
        """Questions of number are answered "2", others "yes"; "fail" fails."""
        if question == "fail":
            raise ToolError("the model can't answer that", hint="ask something else")
        return "2" if question.startswith("How many") else "yes"

    def by_backend(self, contract: Contract, arguments: Mapping[str, object]) -> object:
        """A plausible value of the type that the tool returns."""
        match str(contract.returns):
            case "Image":
                return PICTURE
            case "list[Region]":
                given: object = arguments.get("regions")
                return found("dog") if given is None else regions_in(given)
            case "list[str]":
                return ["a", "b"]
            case "str":
                return "text"
            case "float":
                return 0.5
            case other:
                raise AssertionError(f"the test has no {other}")


@cache
def scope(pair: bool = False) -> Scope:
    """All tools but `depth`, which another profile has, and one picture or a pair."""
    tools = Registry.standard([describe])
    offered = {name: one for name, one in tools.items() if name != "depth"}
    names = {"left": IMAGE, "right": IMAGE} if pair else {"image": IMAGE}
    return Scope(offered, names, {"depth": "the profile hub has it"})


def codes(source: str, pair: bool = False, dialect: Dialect = "auto") -> list[str]:
    """The codes of a program's diagnostics, in the order of the source."""
    return [one.code for one in check(source, scope(pair), dialect).diagnostics]


def the_diagnostic(source: str, pair: bool = False) -> Diagnostic:
    """The only diagnostic of a program."""
    (found,) = check(source, scope(pair)).diagnostics
    return found


def perform(
    source: str,
    *,
    pair: bool = False,
    steps: Steps | None = None,
    budget: Budget | None = None,
    cancellation: Cancellation | None = None,
) -> Execution:
    """Checks a program, which must be ok, and runs it."""
    checked = check(source, scope(pair))
    assert checked.program is not None
    assert checked.ok, checked.diagnostics
    names = dict.fromkeys(scope(pair).names, PICTURE)
    budget, steps = budget or Budget(), steps or DirectSteps()
    return execute(checked.program, names, steps, budget, cancellation)


def answer(source: str, pair: bool = False) -> object:
    """The answer of a program."""
    return perform(source, pair=pair).answer


def failure(source: str, budget: Budget | None = None) -> Diagnostic:
    """What goes wrong when a program runs."""
    with pytest.raises(ProgramFailedError) as caught:
        perform(source, budget=budget)
    return caught.value.diagnostic
