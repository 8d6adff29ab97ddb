"""The regions and texts that an answer rests on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
from viscript import Image, Region, tool
from viscript.agent.agent import Agent
from viscript.agent.evidence import LONGEST, MOST, Evidence, evidence_of
from viscript.agent.runs.execute import run_program
from viscript.tools.registry import Registry
from viscript.tools.values import Box, ImageLike, Mask

Row = Callable[..., list[Region]]


@pytest.fixture
def evidence(seeing: Seeing, row: Row, cat: Image) -> Callable[..., Evidence]:
    """What the answer of a program rests on, where each query finds three regions."""

    def of(program: str, count: int = 3) -> Evidence:
        tools = seeing(lambda _, image, query: row(image, query or "thing", count))
        run = run_program(program, [cat], tools, record=False)
        assert run.ok, run.error
        return evidence_of(run)

    return of


class Seeing(Protocol):
    """Makes tools that see what a function says."""

    def __call__(self, sees: Callable[[str, Image, str], list[Region]], **backends: str) -> Any: ...


def test_what_was_counted_is_the_evidence_and_not_all_that_was_found(
    evidence: Callable[..., Evidence], row: Row, cat: Image
) -> None:
    dogs = tuple(row(cat, "dog", 3))
    assert evidence("answer = count(find(image, 'dog'))").regions == dogs
    assert evidence("a = find(image, 'dog')\nanswer = count(a[:2])").regions == dogs[:2]
    right = "answer = count([x for x in find(image, 'dog') if x.box.x > 60])"
    assert evidence(right).regions == dogs[1:]
    assert evidence("answer = find(image, 'dog')[0]").regions == dogs[:1]


def test_where_nothing_is_left_the_evidence_is_what_was_looked_at(
    evidence: Callable[..., Evidence], row: Row, cat: Image
) -> None:
    none = "answer = count([x for x in find(image, 'dog') if x.box.x > 999])"
    assert evidence(none).regions == tuple(row(cat, "dog", 3))
    assert evidence("answer = count(find(image, 'dog'))", count=0) == Evidence()


def test_steps_that_the_answer_does_not_rest_on_are_no_evidence(
    evidence: Callable[..., Evidence], row: Row, cat: Image
) -> None:
    program = "a = find(image, 'dog')\nanswer = exists(find(image, 'cat'))"
    assert evidence(program).regions == tuple(row(cat, "cat", 3))
    assert evidence("answer = 7") == Evidence()


def test_evidence_is_bounded_and_says_how_much_is_left_out(
    evidence: Callable[..., Evidence],
) -> None:
    many = evidence("answer = count(find(image, 'dog'))", count=MOST + 5)
    assert (len(many.regions), many.more) == (MOST, 5)
    assert many.summary.endswith(f", {MOST + 5 - 3} more")


def test_texts_are_what_was_read_and_what_tools_said_about_pictures(
    seeing: Seeing, cat: Image
) -> None:
    @tool(reads_pixels=True)
    def breed(image: ImageLike) -> str:
        """Says what is there.

        Args:
            image: the picture.
        """
        return "tabby\n" + "y" * 500

    def sees(_: str, image: Image, __: str) -> list[Region]:
        return [Region(image, Box(1, 1, 9, 9), "text", 0.9, text="OPEN")]

    tools = seeing(sees)
    tools.registry = Registry.standard([breed])
    tools.offered = {**tools.offered, "breed": tools.registry["breed"]}
    program = "a = find(image, 'text')\nanswer = join([x.text for x in a], ' ') + breed(image)"
    run = run_program(program, [cat], tools, record=False)
    assert run.ok, run.error
    found = evidence_of(run)
    read, said = found.texts
    assert read == "OPEN"
    assert said.startswith("tabby yyy")
    assert len(said) == LONGEST
    assert found.summary.startswith("'OPEN', 'tabby yyy")
    assert [one.text for one in found.regions] == ["OPEN"]


def test_the_answer_has_its_evidence_in_json_with_pictures_and_without_masks(
    seeing: Seeing, scripted: Any, cat: Image, tmp_path: Path
) -> None:
    def sees(_: str, image: Image, __: str) -> list[Region]:
        mask = Mask(np.ones((image.height, image.width), np.bool_))
        return [Region(image, Box(1, 1, 450, 299), "cat", 0.9, mask)]

    planner = scripted("answer = count(find(image, 'cat'))")
    agent = Agent(seeing(sees), planner, runs=tmp_path / "runs", threads=tmp_path / "threads")
    answer = agent.ask(cat, "How many cats are there?")
    assert [one.label for one in answer.evidence.regions] == ["cat"]
    data = answer.to_json()["evidence"]
    (region,) = data["regions"]
    assert (region["label"], region["score"], region["box"]) == ("cat", 0.9, [1, 1, 450, 299])
    assert Path(region["image"]["path"]).is_file()
    assert "mask" not in region
    assert (data["texts"], data["more"]) == ([], 0)


def test_an_answer_that_was_given_up_has_no_evidence(
    seeing: Seeing, row: Row, scripted: Any, cat: Image, tmp_path: Path
) -> None:
    tools = seeing(lambda _, image, query: row(image, query, 1))
    planner = scripted("a = find(image, 'cat')\nanswer = a[4]")
    agent = Agent(tools, planner, runs=tmp_path / "runs", threads=tmp_path / "threads")
    answer = agent.ask(cat, "Where is the cat?")
    assert not answer.ok
    assert answer.to_json()["evidence"] == {"regions": [], "texts": [], "more": 0}
