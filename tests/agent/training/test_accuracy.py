"""Execution accuracy: it sees what a program means, not how it is written."""

from __future__ import annotations

import pytest
from viscript.agent.training.accuracy import Failure, answer_on, is_right, same_answer
from viscript.agent.training.scenes import Scene, Thing
from viscript.tools.values import Box

LEFT_DOGS = """
a = find(image, 'dogs')
b = [x for x in a if overlap(x, half(image, 'left')) > 0.5]
answer = count(b)
"""
SCENE = Scene(
    0,
    (
        Thing("dog", Box(10, 10, 60, 60), "brown"),
        Thing("dog", Box(150, 20, 200, 80), "white"),
        Thing("woman", Box(100, 10, 140, 150), "red", face=Box(110, 10, 130, 40)),
    ),
    ((Box(5, 150, 60, 165), "OPEN"), (Box(150, 150, 200, 165), "24 hours")),
)


def ask(program: str) -> object:
    return answer_on(program, [SCENE], frozenset({"dog", "cat"}))


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        ("answer = count(find(image, 'dogs'))", 2),
        ("answer = count(find(image, 'people'))", 1),
        ("answer = count(find(image, 'animals'))", 2),
        ("answer = exists(find(image, 'cat'))", False),
        (LEFT_DOGS, 1),
        ("answer = color_of(select(find(image, 'dog'), 'rightmost')[0])", "white"),
        ("answer = count(select(find(image, 'dogs'), 'brown'))", 1),
        ("answer = join([x.text for x in read_text(image)], ' ')", "OPEN 24 hours"),
        ("answer = count(read_text(crop(image, half(image, 'left'))))", 1),
        ("answer = count(find(crop_right_of(image, find(image, 'woman')), 'dog'))", 1),
        ("answer = count(find_faces(image))", 1),
    ],
)
def test_scenes_answer_what_is_in_them(program: str, answer: object) -> None:
    assert ask(program) == answer


def test_a_thing_that_no_scene_knows_is_a_failure_not_an_empty_list() -> None:
    assert isinstance(ask("answer = count(find(image, 'zorbs'))"), Failure)


def test_edits_are_the_same_only_for_the_same_regions_in_the_same_order_of_steps() -> None:
    dogs = "a = find(image, 'dog')\nb = find(image, 'woman')\n"
    removed = ask(f"{dogs}answer = remove(image, a)")
    assert same_answer(removed, ask("answer = remove(image, find(image, 'dogs'))"))
    assert not same_answer(removed, ask(f"{dogs}answer = remove(image, b)"))
    assert not same_answer(removed, ask(f"{dogs}answer = tag(image, a)"))
    assert not same_answer(removed, ask(f"{dogs}answer = tag(remove(image, a), b)"))


@pytest.mark.parametrize(
    "program",
    [
        LEFT_DOGS,
        "answer = len([x for x in find(image, 'dog') if overlap(x, half(image, 'left')) > 0.5])",
    ],
)
def test_a_program_that_means_the_same_is_right(program: str) -> None:
    assert is_right(program, LEFT_DOGS, 1)


@pytest.mark.parametrize(
    "program",
    [
        "a = find(image, 'dogs')\nanswer = count(a)",
        LEFT_DOGS.replace("left", "right"),
        LEFT_DOGS.replace("dogs", "cats"),
        LEFT_DOGS.replace("count(b)", "exists(b)"),
        "answer = count(",
        "",
    ],
)
def test_a_program_that_means_something_else_is_wrong(program: str) -> None:
    assert not is_right(program, LEFT_DOGS, 1)


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        ("people: 3, sign: OPEN", "persons: 3, text: open"),
        ("no dog found", "No dogs found"),
        ("red", "Red "),
    ],
)
def test_labels_and_the_wording_of_a_lack_do_not_count(expected: str, given: str) -> None:
    assert same_answer(expected, given)


@pytest.mark.parametrize(
    ("expected", "given"),
    [("people: 3", "people: 4"), (1, True), (3, "3"), ("no dog found", "red"), ([1], [1, 2])],
)
def test_other_answers_differ(expected: object, given: object) -> None:
    assert not same_answer(expected, given)
