from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from viscript import Image, Region
from viscript.agent.runs import Run, Step
from viscript.agent.runs.provenance import INPUT, Provenance, provenance_of
from viscript.tools.values import Box

PHOTO = Image.from_array(np.zeros((20, 30, 3), np.uint8), "photo")
EDITED = Image.from_array(np.ones((20, 30, 3), np.uint8), "edited")


def region(label: str) -> Region:
    return Region(PHOTO, Box(1, 2, 3, 4), label)


def step(number: int, result: object, /, **arguments: object) -> Step:
    return Step(number, "tool", number, arguments, result, 0.0, False, "", "")


def links_of(steps: Sequence[Step], answer: object = None, program: str = "") -> Provenance:
    return provenance_of(Run(program, "viscript", "p", [PHOTO], "", steps=steps, answer=answer))


def test_a_picture_that_was_given_is_told_from_one_that_a_step_made() -> None:
    links = links_of([step(1, EDITED, image=PHOTO), step(2, 1, image=EDITED)])
    assert links.sources == {(1, "image"): [INPUT], (2, "image"): [1]}
    assert links.uses == {INPUT: [1], 1: [2]}


def test_an_item_of_a_list_comes_from_the_step_that_made_the_list() -> None:
    links = links_of([step(1, [region("a"), region("b")]), step(2, 1.0, a=region("b"))])
    assert links.sources == {(2, "a"): [1]}


def test_a_list_put_together_comes_from_all_its_steps() -> None:
    both = [region("a"), region("b")]
    steps = [step(1, both[:1]), step(2, both[1:]), step(3, 2, regions=both)]
    links = links_of(steps, answer=both[1:])
    assert links.sources == {(3, "regions"): [1, 2]}
    assert links.answer == [2]


def test_numbers_and_the_programs_own_words_link_nothing() -> None:
    steps = [step(1, 2), step(2, "dog"), step(3, "the sign says STOP")]
    user = step(4, 1, number=2, query="dog", text="the sign says STOP")
    links = links_of([*steps, user], program='find(image, "dog")')
    assert links.sources == {(4, "text"): [3]}
