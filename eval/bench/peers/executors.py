"""The three ways to run a program with the same tools on the same picture."""

from __future__ import annotations

import importlib
import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ....agent.runs import run_program
from ....tools.toolbox import Toolbox
from ....tools.values import Image


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended.

    Args:
        answer: its answer; None when it failed.
        problem: what it said when it failed; empty when it did not.
        place: where in the program it says that it failed; empty when it does not say.
    """

    answer: object = None
    problem: str = ""
    place: str = ""


Executor = Callable[[str, Toolbox, Image], Outcome]


def by_viscript(source: str, toolbox: Toolbox, image: Image) -> Outcome:
    """Checked, then walked, each call a step of a run; nothing is written to the disk."""
    run = run_program(source, [image], toolbox, record=False)
    if run.error is None:
        return Outcome(run.answer)
    place = "" if run.error.line is None else f"line {run.error.line}"
    return Outcome(problem=run.error.message, place=place)


def by_smolagents(source: str, toolbox: Toolbox, image: Image) -> Outcome:
    """By the interpreter of smolagents, with its default limits and no imports beyond its own."""
    interpreter: Any = importlib.import_module("smolagents.local_python_executor")
    executor = interpreter.LocalPythonExecutor([], additional_functions=dict(tools_of(toolbox)))
    executor.send_tools({})
    executor.send_variables({"image": image})
    try:
        executor(source)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - what a peer raises is measured
        quoted = re.search(r"at line '(.*?)' due to", str(error))
        return Outcome(problem=_said(error), place=quoted[1] if quoted else "")
    return Outcome(executor.state.get("answer"))


def by_exec(source: str, toolbox: Toolbox, image: Image) -> Outcome:
    """By Python itself, as ViperGPT and most notebooks do."""
    names: dict[str, object] = {"image": image, **tools_of(toolbox)}
    try:
        exec(compile(source, "<program>", "exec"), names)  # noqa: S102 - the peer that is measured
    except (Exception, SystemExit) as error:  # noqa: BLE001 - what a peer raises is measured
        frames = traceback.extract_tb(error.__traceback__)
        lines = [one.lineno or 0 for one in frames if one.filename == "<program>"]
        return Outcome(problem=_said(error), place=f"line {lines[-1]}" if lines else "")
    return Outcome(names.get("answer"))


EXECUTORS: Mapping[str, Executor] = {
    "viscript": by_viscript,
    "smolagents": by_smolagents,
    "exec": by_exec,
}


def tools_of(toolbox: Toolbox) -> dict[str, Callable[..., object]]:
    """The offered tools as plain functions, as a peer would be given them.

    A tool that its own body computes is that body: no cache, no check of its arguments.
    """
    return {
        name: partial(toolbox.call, name) if contract.traits.backend else contract.function
        for name, contract in toolbox.offered.items()
    }


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"
