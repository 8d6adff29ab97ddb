"""What a step costs besides its tool: in memory, on the disk, and when its result is cached."""

from __future__ import annotations

import importlib
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...agent.runs import run_program
from ...tools.cache import Cache, MemoryCache
from ...tools.toolbox import Toolbox
from .figures import Figure, seconds_of
from .samples import after_tool, photo

STEPS = 200
ROUNDS = 5
TEN_STEPS = """
people = find(image, "person")
faces = find_faces(image)
cut = segment(image, people)
color = color_of(cut[0])
sharp = blur_background(image, cut)
popped = color_pop(image, cut)
left = crop_left_of(image, faces)
things = list_objects(left)
marked = mark(sharp, people)
answer = f"{count(things)} {color}"
"""


def measure() -> Iterator[Figure]:
    """A step traced in memory, a step traced durably, and ten cached steps."""
    call, hamilton = _call_and_node()
    yield Figure("a call in memory", call, "a Hamilton node", hamilton)
    in_memory, durable, append = _traced_steps()
    yield Figure("a step traced in memory", in_memory, "a Hamilton node", hamilton, hamilton)
    yield Figure("a step traced durably", durable, "an append with fdatasync", append, 300e-6)
    yield from _ten_steps()


def _call_and_node() -> tuple[float, float]:
    """A call of a tool whose result is new, without a program around it; a node of Hamilton's.

    The node is the difference between a long chain and a short one.
    """
    toolbox = Toolbox.load(tools=[after_tool([])], cache=MemoryCache())
    image = photo()
    numbers = itertools.count()
    call, long, short = seconds_of(
        lambda: toolbox.invoke("after", {"image": image, "number": next(numbers)}),
        _hamilton_chain(101),
        _hamilton_chain(1),
    )
    return call, (long - short) / 100


def _traced_steps() -> tuple[float, float, float]:
    """A step traced in memory, one traced durably, and an append of a line of the same length."""
    turns: list[tuple[float, float, float]] = []
    with tempfile.TemporaryDirectory() as place:
        for number in range(ROUNDS):
            folder = Path(place) / str(number)
            in_memory, durable = _step(None), _step(folder)
            lines = (folder / "trace.jsonl").read_bytes().splitlines(keepends=True)
            turns.append((in_memory, durable, _append(folder / "log", lines)))
    in_memory, durable, append = map(statistics.median, zip(*turns, strict=True))
    return in_memory, durable, append


def _step(folder: Path | None) -> float:
    """Seconds from one call of a tool to the next, each of which needs the one before."""
    lines = ["n0 = 0", *(f"n{i + 1} = after(image, n{i})" for i in range(STEPS))]
    program = "\n".join([*lines, f"answer = n{STEPS}"])
    moments: list[float] = []
    toolbox = Toolbox.load(tools=[after_tool(moments)], cache=MemoryCache())
    run = run_program(program, [photo()], toolbox, folder=folder, record=folder is not None)
    assert run.answer == STEPS, run.error
    return (moments[-1] - moments[0]) / (STEPS - 1)


def _append(path: Path, lines: list[bytes]) -> float:
    with path.open("ab", buffering=0) as file:
        began = time.perf_counter()
        for line in lines:
            file.write(line)
            os.fdatasync(file.fileno())
        return (time.perf_counter() - began) / len(lines)


def _hamilton_chain(length: int) -> Callable[[], object]:
    driver: Any = importlib.import_module("hamilton.driver")
    helpers: Any = importlib.import_module("hamilton.ad_hoc_utils")
    base: Any = importlib.import_module("hamilton.base")
    modifiers: Any = importlib.import_module("hamilton.function_modifiers")

    def step(before: int) -> int:
        return before + 1

    names = ["start", *(f"node_{number}" for number in range(length))]
    chain = {
        name: {"before": modifiers.source(before)} for before, name in itertools.pairwise(names)
    }
    module = helpers.create_temporary_module(modifiers.parameterize(**chain)(step))
    built = driver.Driver({}, module, adapter=base.SimplePythonGraphAdapter(base.DictResult()))
    return lambda: built.execute([names[-1]], inputs={"start": 0})


def _ten_steps() -> Iterator[Figure]:
    """Ten steps of real models, all of whose results are on the disk."""
    image = photo()
    with tempfile.TemporaryDirectory() as place:
        cache = Cache(Path(place) / "cache")
        toolbox = Toolbox.load(cache=cache)
        began = time.perf_counter()
        first = run_program(TEN_STEPS, [image], toolbox, record=False)
        cold = time.perf_counter() - began
        assert first.ok, first.error

        def again(folder: Path | None) -> None:
            run = run_program(TEN_STEPS, [image], toolbox, folder=folder, record=folder is not None)
            assert all(step.cached for step in run.steps)
            assert len(run.steps) == 10

        anchor = "the same run, models loaded too"
        folders = itertools.count()
        memory, recorded = seconds_of(
            lambda: again(None), lambda: again(Path(place) / str(next(folders))), least=0
        )
        yield Figure("ten cached steps, not recorded", memory, anchor, cold, 0.02)
        yield Figure("ten cached steps, recorded with page", recorded, anchor, cold, 0.02)
        cache.close()
