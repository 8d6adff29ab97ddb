"""Many questions on fewer pictures: with what is kept and two at a time, against neither.

What is kept are results by content and a picture's detections. No calls run as a batch: the
embedded detector takes one picture at a time.
"""

from __future__ import annotations

import importlib
import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ...agent.runs import run_program
from ...tools.cache import MemoryCache
from ...tools.profile import load_profile
from ...tools.registry import Registry
from ...tools.toolbox import Toolbox
from ...tools.values import Image
from .figures import Figure

PICTURES = 50
ROUNDS = 5
"""Each has pictures of its own, of which nothing is kept yet."""
SIDE = 320
PROGRAMS = (
    "answer = count(find(image, 'person'))",
    "answer = 'yes' if exists(find(image, 'cat')) else 'no'",
    "a = find(image, 'cup')\nanswer = color_of(a[0]) if exists(a) else 'none'",
    "a = find(image, 'person')\nb = find(image, 'cup')\nanswer = count(a) > count(b)",
    "a = list_objects(image)\nanswer = join(sorted(unique([x.label for x in a])), ', ')",
    "a = find(image, 'cat')\nanswer = any([left_of(x, half(image, 'right')) for x in a])",
)


def measure() -> Iterator[Figure]:
    """300 questions on 50 pictures, some of which both ways answer in each round."""
    *pictures, first = views(PICTURES + 1)
    shared, plain = Toolbox.load(cache=MemoryCache()), _forgetful()
    for toolbox in (plain, shared):
        _answer(toolbox, (first, PROGRAMS[0]))  # loads the model
    seconds = one_by_one = 0.0
    asked = 0
    for number in range(ROUNDS):
        questions = list(itertools.product(pictures[number::ROUNDS], PROGRAMS))
        began = time.perf_counter()
        alone = [_answer(plain, one) for one in questions]
        middle = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            together = list(pool.map(partial(_answer, shared), questions))
        one_by_one += middle - began
        seconds += time.perf_counter() - middle
        asked += len(questions)
        assert together == alone
    name = f"{asked} questions on {len(pictures)} pictures"
    yield Figure(name, seconds, "one by one, nothing kept", one_by_one)


def _forgetful() -> Toolbox:
    """A toolbox that keeps nothing: no results, and no detections between questions."""
    profile = load_profile("embedded")
    served = dict(profile.tools)
    for name in ("find", "list_objects"):
        served[name] = replace(served[name], options={**served[name].options, "remembered": 0})
    return Toolbox(replace(profile, tools=served), Registry.standard(), cache=None)


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
