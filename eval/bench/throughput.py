"""Many questions on fewer pictures: with what is kept, eight at a time, against neither.

What is kept are results by content and a picture's detections. Half of the questions compare the
picture with words by a CLIP of random weights, whose calls run as batches; the embedded detector
takes one picture at a time. The encodings of texts, which belong to the model, are kept both ways.
"""

from __future__ import annotations

import importlib
import itertools
import math
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ...agent.runs import run_program
from ...tools.backends.contrastive import Comparison, ContrastiveModel, Scores
from ...tools.cache import MemoryCache
from ...tools.profile import load_profile
from ...tools.registry import Registry
from ...tools.toolbox import Toolbox
from ...tools.values import Image
from . import random_models
from .figures import Figure
from .hosting import profile_of

PICTURES = 50
ROUNDS = 5
"""Each has pictures of its own, of which nothing is kept yet."""
AT_ONCE = 8
LAYERS = 4
"""Of ViT-B/32's 12, so that it ends within two minutes."""
SIDE = 320
TOLERANCE = 1e-4
"""By which a similarity may differ: a batch adds up the same numbers in another order."""
# Each call has one picture or region, so that the items of a batch are its calls.
PROGRAMS = (
    "answer = count(find(image, 'person'))",
    "a = find(image, 'cup')\nanswer = color_of(a[0]) if exists(a) else 'none'",
    "a = list_objects(image)\nanswer = join(sorted(unique([x.label for x in a])), ', ')",
    "answer = similarity(image, 'somebody in a suit')",
    "a = classify(image, ['a cat', 'a cup of coffee', 'a rocket'])\nanswer = a[0].label",
    "a = find(image, 'person')\nanswer = similarity(a[0] if exists(a) else image, 'a smile')",
)


def measure() -> Iterator[Figure]:
    """300 questions on 50 pictures, some of which both ways answer in each round.

    It fails where the answers differ.
    """
    with tempfile.TemporaryDirectory() as place:
        checkpoint = random_models.clip(Path(place) / "clip", layers=LAYERS)
        yield _measured(profile_of(Path(place), "clip", checkpoint, "similarity", "classify"))


def _measured(profile: Path) -> Figure:
    *pictures, first = views(PICTURES + 1)
    shared, plain = Toolbox.load(profile, cache=MemoryCache()), _forgetful(profile)
    for toolbox, program in itertools.product((plain, shared), PROGRAMS):
        _answer(toolbox, (first, program))  # loads the models
    batches = _batches_of(shared)
    seconds = one_by_one = 0.0
    asked = 0
    for number in range(ROUNDS):
        questions = list(itertools.product(pictures[number::ROUNDS], PROGRAMS))
        began = time.perf_counter()
        alone = [_answer(plain, one) for one in questions]
        middle = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            together = list(pool.map(partial(_answer, shared), questions))
        one_by_one += middle - began
        seconds += time.perf_counter() - middle
        asked += len(questions)
        for question, one, other in zip(questions, alone, together, strict=True):
            assert same(one, other), f"{question[1]!r}: {one!r} alone, {other!r} in a batch"
    several = [size for size in batches if size > 1]
    return Figure(
        f"{asked} questions on {len(pictures)} pictures",
        seconds,
        "one by one, nothing kept",
        one_by_one,
        counts={"batches of several calls": len(several), "calls in them": sum(several)},
    )


def same(one: object, other: object) -> bool:
    """Whether two answers are the same: numbers within `TOLERANCE`, all others exactly."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(one) is type(other) and one == other


def _forgetful(profile: Path) -> Toolbox:
    """A toolbox that keeps nothing: no results, and no detections between questions."""
    loaded = load_profile(profile)
    served = dict(loaded.tools)
    for name in ("find", "list_objects"):
        served[name] = replace(served[name], options={**served[name].options, "remembered": 0})
    return Toolbox(replace(loaded, tools=served), Registry.standard(), cache=None)


def _batches_of(toolbox: Toolbox) -> list[int]:
    """The sizes of the batches that its CLIP runs from now on, as they are run."""
    sizes: list[int] = []
    for slot in toolbox.host.memory("cpu").slots:
        if isinstance(slot.model, ContrastiveModel):
            slot.model.run = _noted(slot.model.run, sizes)
    return sizes


def _noted(run: Callable[[Sequence[Comparison]], list[Scores]], sizes: list[int]) -> Any:
    def noted(items: Sequence[Comparison]) -> list[Scores]:
        sizes.append(len(items))
        return run(items)

    return noted


def views(count: int = PICTURES) -> list[Image]:
    """Different square views of three photos: overlapping windows, of which no two are alike."""
    data: Any = importlib.import_module("skimage.data")
    photos = [np.asarray(one()) for one in (data.astronaut, data.coffee, data.chelsea)]
    found: list[Image] = []
    for number in range(count):
        photo = photos[number % len(photos)]
        side = min(SIDE, *photo.shape[:2])
        top, left = (
            (number * step) % (length - side + 1)
            for step, length in zip((17, 29), photo.shape[:2], strict=True)
        )
        view = photo[top : top + side, left : left + side]
        found.append(Image.from_array(view, f"view {number}"))
    return found


def _answer(toolbox: Toolbox, question: tuple[Image, str]) -> object:
    picture, program = question
    run = run_program(program, [picture], toolbox, record=False)
    assert run.ok, run.error
    return run.answer
