"""Which worked examples a planner is shown."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from viscript.agent.planners.examples import WorkedExample, add_user_example, shipped_examples
from viscript.agent.planners.planner import Example
from viscript.agent.planners.recall import Recall
from viscript.tools.embeddings import standard_embeddings
from viscript.tools.errors import InputError
from viscript.tools.folders import examples_file
from viscript.tools.registry import Registry

ONE = frozenset({"image", "images"})
TWO = frozenset({"left", "right", "images"})
MANY = frozenset({"images"})


@pytest.fixture(scope="module")
def recall() -> Recall:
    return Recall(shipped_examples(), standard_embeddings())


def _tools(examples: Sequence[Example]) -> set[str]:
    return {tool for one in examples for tool in WorkedExample.of(one).tools}


# Requests in other words than those of the examples, and the tools that a program for them needs.
REQUESTS = [
    ("how many kids are playing", ONE, {"find", "count"}),
    ("what is the colour of the van", ONE, {"find", "color_of"}),
    ("who's taller, the boy or the girl", ONE, {"find"}),
    ("any bikes?", ONE, {"find", "exists"}),
    ("what does the t-shirt say", ONE, {"read_text"}),
    ("are there more cars in the first photo than in the second", TWO, {"find", "count"}),
    ("erase the trash can", ONE, {"find", "remove"}),
    ("count the windows on the left side of the image", ONE, {"find", "half", "count"}),
    ("is the lamp above or below the shelf", ONE, {"find", "above"}),
    ("are his arms up?", ONE, {"pose"}),
    ("which chair is nearest the window", ONE, {"find", "nearest"}),
    ("what's the biggest animal here", ONE, {"select"}),
    ("put a clown on his face", ONE, {"emoji"}),
    ("how far is the ball from the goal", ONE, {"distance", "find"}),
    ("keep the flower in color, everything else grey", ONE, {"color_pop"}),
    ("box every car", ONE, {"tag"}),
    ("swap the apple for a pear", ONE, {"replace"}),
    ("is it day or night", ONE, {"classify"}),
    ("what is the boy doing", ONE, {"ask"}),
    ("read the menu", ONE, {"read_text"}),
    ("tell me what you see", ONE, {"caption"}),
    ("do both pictures show a boat", TWO, {"find", "exists"}),
    ("how many of these have a dog in them", MANY, {"find", "exists"}),
    ("what does the left sign say and what does the right sign say", TWO, {"read_text"}),
    ("give each player a number", ONE, {"mark"}),
    ("only keep the woman sharp", ONE, {"blur_background"}),
    ("is the man in front of the tree", ONE, {"crop_in_front_of"}),
    ("exact silhouette of the horse", ONE, {"segment"}),
    ("which US presidents are in this picture", ONE, {"list_facts"}),
    ("what's right of the fridge", ONE, {"right_of"}),
    ("make the cat stand out", ONE, {"find", "color_pop"}),
    ("anonymize everyone", ONE, {"find_faces", "emoji"}),
    ("what number is on the bus", ONE, {"read_text"}),
    ("second largest bird", ONE, {"select", "find"}),
    ("what brand is the bottle", ONE, {"read_text"}),
    ("how many red cars", ONE, {"select", "count"}),
    ("crop to the leftmost person", ONE, {"crop", "select"}),
    ("is there someone on the motorcycle", ONE, {"overlap", "find"}),
    ("what colors are the balloons", ONE, {"color_of"}),
    ("how many different kinds of things are in the picture", ONE, {"list_objects"}),
    ("how many smiling people", ONE, {"classify"}),
]


def test_the_eight_nearest_examples_show_nearly_always_the_tools_that_are_needed(
    recall: Recall,
) -> None:
    registry = Registry.standard()
    missed = [
        request
        for request, names, needed in REQUESTS
        if not needed <= _tools(recall.nearest(request, registry, names))
    ]
    assert len(missed) <= 5, missed


def test_an_example_whose_tool_is_not_offered_never_comes(recall: Recall) -> None:
    offered = {"find", "count", "exists"}
    nearest = recall.nearest("what colour is the car?", offered, ONE, count=200)
    assert len(nearest) >= 5
    assert _tools(nearest) <= offered


def test_nothing_comes_when_no_tool_is_offered(recall: Recall) -> None:
    assert recall.nearest("how many dogs are there", (), ONE) == []


@pytest.mark.parametrize(("names", "absent"), [(ONE, {"left", "right"}), (TWO, {"image"})])
def test_examples_about_other_pictures_come_last(
    recall: Recall, names: frozenset[str], absent: set[str]
) -> None:
    nearest = recall.nearest("how many dogs are there", Registry.standard(), names)
    assert len(nearest) == 8
    assert all(not WorkedExample.of(one).pictures & absent for one in nearest)


def test_the_same_words_find_their_own_example_first(recall: Recall) -> None:
    registry = Registry.standard()
    for one in shipped_examples():
        names = one.pictures | {"images"}
        shouted = f"  {one.example.request.upper()} "
        assert recall.nearest(shouted, registry, names, count=1) == [one.example]


def test_a_user_s_example_is_recalled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path))
    own = Example("is the zeppelin striped", 'answer = exists(find(image, "zeppelin"))', "Mine.")
    add_user_example(own)
    found = Recall.standard().nearest("was that zeppelin striped?", Registry.standard(), ONE)
    assert found[0] == own


def test_a_damaged_file_of_examples_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISCRIPT_HOME", str(tmp_path))
    examples_file().write_text("[[example")
    with pytest.raises(InputError, match="can't be read"):
        Recall.standard()


def test_a_request_of_any_length_is_recalled_within_milliseconds(recall: Recall) -> None:
    registry = Registry.standard()
    recall.nearest("warm", registry, ONE)
    began = time.perf_counter()
    for request in ("", "dog", "dog " * 100_000):
        assert len(recall.nearest(request, registry, ONE)) == 8
    assert time.perf_counter() - began < 0.5
