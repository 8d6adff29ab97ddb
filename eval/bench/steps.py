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
    hamilton = _hamilton_node()
    yield Figure("a call in memory", _call(), "a Hamilton node", hamilton)
    in_memory = _step(lambda: None)
    yield Figure("a step traced in memory", in_memory, "a Hamilton node", hamilton, hamilton)
    with tempfile.TemporaryDirectory() as place:
        folders = iter(range(ROUNDS + 1))
        durable = _step(lambda: Path(place) / str(next(folders)))
        line = statistics.median(
            map(len, (Path(place) / "0" / "trace.jsonl").read_bytes().splitlines())
        )
        append = _append(Path(place) / "log", bytes(int(line)))
    yield Figure("a step traced durably", durable, "an append with fdatasync", append, 300e-6)
    yield from _ten_steps()


def _call() -> float:
    """A call of a tool whose result is new, without a program around it."""
    toolbox = Toolbox.load(tools=[after_tool([])], cache=MemoryCache())
    image = photo()
    numbers = iter(range(10**9))
    return seconds_of(lambda: toolbox.invoke("after", {"image": image, "number": next(numbers)}))


def _step(folder: Callable[[], Path | None]) -> float:
    """Seconds from one call of a tool to the next, each of which needs the one before."""
    lines = ["n0 = 0", *(f"n{i + 1} = after(image, n{i})" for i in range(STEPS))]
    program = "\n".join([*lines, f"answer = n{STEPS}"])
    image = photo()
    rounds: list[float] = []
    for _ in range(ROUNDS + 1):
        moments: list[float] = []
        toolbox = Toolbox.load(tools=[after_tool(moments)], cache=MemoryCache())
        place = folder()
        run = run_program(program, [image], toolbox, folder=place, record=place is not None)
        assert run.answer == STEPS, run.error
        rounds.append((moments[-1] - moments[0]) / (STEPS - 1))
    return statistics.median(rounds[1:])


def _append(path: Path, line: bytes) -> float:
    with path.open("ab", buffering=0) as file:

        def append() -> None:
            file.write(line)
            os.fdatasync(file.fileno())

        return seconds_of(append)


def _hamilton_node() -> float:
    """A node of a chain in Hamilton, by the difference between a long chain and a short one."""
    long, short = 101, 1
    spans = [seconds_of(_hamilton_chain(length)) for length in (long, short)]
    return (spans[0] - spans[1]) / (long - short)


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
        memory = seconds_of(lambda: again(None))
        yield Figure("ten cached steps, not recorded", memory, anchor, cold, 0.02)
        folders = iter(range(10**9))
        recorded = seconds_of(lambda: again(Path(place) / str(next(folders))), least=0)
        yield Figure("ten cached steps, recorded with page", recorded, anchor, cold, 0.02)
        cache.close()
