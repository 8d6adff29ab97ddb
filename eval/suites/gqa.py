"""`gqa`: questions on scene graphs, balanced (Hudson & Manning, 2019).

The folder has one published file `*questions.json` (`testdev_balanced_questions.json`,
`val_all_questions.json`): an object of questions by their id; and a folder `images`. As in the
official evaluation only balanced questions count. Of the others in a file of all, those are asked
that follow from balanced ones, for the consistency. Where the split's scene graphs are there too
(`val_sceneGraphs.json`), an error of the tools can be told from one of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter

from ..metrics.entailed import entailed_consistency
from ..metrics.exact import exact_match
from . import needed
from .gqa_graphs import answer_on, graphs_for
from .published import only, parsed
from .suite import Given, Question, Scored, Suite

SEMANTIC = ("object", "attribute", "category", "relation", "global")
"""The semantic types of the paper; the structural ones are the questions' kinds."""
SEMANTIC_NAMES = {"obj": "object", "attr": "attribute", "cat": "category", "rel": "relation"}
"""As the files shorten them."""
SPELLINGS = {"gray": "grey"}
"""Answers that are also right in another spelling."""


class _Types(BaseModel):
    structural: str
    semantic: str


class _Asked(BaseModel):
    """A question of the file."""

    question: str
    image: str = Field(alias="imageId")
    answer: str
    types: _Types
    entailed: list[str] = []
    balanced: bool = Field(True, alias="isBalanced")


def read(data: Path | None) -> list[Question]:
    """The questions, those of a picture together.

    Raises:
        InputError: the folder or the file is missing or is something else.
    """
    folder = needed(data, "the folder with GQA's questions and images")
    path = only(folder, "*questions.json")
    asked = parsed(path, TypeAdapter(dict[str, _Asked]), "GQA's file of questions")
    graphs = graphs_for(path)
    follow = {name for one in asked.values() if one.balanced for name in one.entailed}
    return [
        Question(
            id=number,
            images=[path.parent / "images" / f"{one.image}.jpg"],
            request=one.question,
            answers=[one.answer, *([SPELLINGS[one.answer]] if one.answer in SPELLINGS else [])],
            kind=one.types.structural,
            truth={
                "semantic": SEMANTIC_NAMES.get(one.types.semantic, one.types.semantic),
                "entailed": one.entailed,
                **({"graph": graphs[one.image]} if one.image in graphs else {}),
            },
            counts=one.balanced,
        )
        for number, one in sorted(asked.items(), key=lambda pair: (pair[1].image, pair[0]))
        if one.balanced or number in follow
    ]


def score(question: Question, given: Given) -> float:
    """1 when the answer is the right one."""
    return exact_match(given.text, question.answers)


def truth(question: Question, program: str) -> Given | None:
    """What a program answers when its tools know the picture; None where that is not known."""
    graph = question.truth.get("graph")
    if graph is None:
        return None
    return answer_on(graph, question, program, lambda given: score(question, given))


def consistency(scored: Sequence[Scored]) -> float:
    """How often questions that follow from a right answer are answered right too.

    It begins with balanced questions. What follows from them is seldom balanced: the published
    figure is of a file of all questions.
    """
    scores = {one.question.id: one.score for one in scored}
    balanced = (one.question for one in scored if one.question.counts)
    return entailed_consistency(scores, {one.id: one.truth["entailed"] for one in balanced})


def _accuracy_of(semantic: str) -> Callable[[Sequence[Scored]], float]:
    """The mean score of the questions of a semantic type."""

    def accuracy(scored: Sequence[Scored]) -> float:
        scores = [
            one.score
            for one in scored
            if one.question.counts and one.question.truth["semantic"] == semantic
        ]
        return sum(scores) / len(scores) if scores else float("nan")

    return accuracy


MEASURES: Mapping[str, Callable[[Sequence[Scored]], float]] = {
    "consistency": consistency,
    **{f"{semantic} questions": _accuracy_of(semantic) for semantic in SEMANTIC},
}

SUITE = Suite(
    "gqa",
    "GQA (Hudson & Manning, 2019), exact match",
    read,
    score,
    measures=MEASURES,
    truth=truth,
)
