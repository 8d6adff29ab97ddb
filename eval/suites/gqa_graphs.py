"""GQA's scene graphs (Hudson & Manning, 2019), and what programs answer when their tools know them.

Questions and answers were made from the graphs: what a question names and its graph hasn't is not
there. Of anything else a graph may be silent, though the picture shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter

from ...tools.errors import NotOfferedError
from ...tools.lexicon import plain, standard_lexicon
from ...tools.values import Box
from .annotated import LONGEST, Annotation, Described, same_words, true_answer
from .published import parsed
from .suite import Given, Question

TOOLS = ("find", "select", "color_of", "tag")
"""What the graphs tell; no graph lists everything in its picture."""
PEOPLE = frozenset({"person"})
"""The one kind whose narrower names ("man") a graph's objects are also called by."""
Side = Annotated[float, Field(ge=0)]
Length = Annotated[int, Field(gt=0)]


class _Object(BaseModel):
    name: str
    x: float
    y: float
    w: Side
    h: Side
    attributes: list[str] = []


class _Graph(BaseModel):
    width: Length
    height: Length
    objects: dict[str, _Object]


def graphs_for(questions: Path) -> Mapping[str, Any]:
    """What the split of a file of questions shows, as JSON, by the picture's id.

    The graphs are in `val_sceneGraphs.json` for a file `val_*`, beside it or in `sceneGraphs`;
    there is nothing without them.

    Raises:
        InputError: the file of graphs is something else.
    """
    name = f"{questions.name.split('_')[0]}_sceneGraphs.json"
    for path in (questions.parent / name, questions.parent / "sceneGraphs" / name):
        if path.is_file():
            graphs = parsed(path, TypeAdapter(dict[str, _Graph]), "GQA's file of scene graphs")
            return {image: _as_json(one) for image, one in graphs.items()}
    return {}


def _as_json(graph: _Graph) -> Mapping[str, Any]:
    return {
        "size": [graph.width, graph.height],
        "objects": [
            [one.name, [one.x, one.y, one.x + one.w, one.y + one.h], one.attributes]
            for one in graph.objects.values()
        ],
    }


def answer_on(
    graph: Mapping[str, Any], question: Question, program: str, score: Callable[[Given], float]
) -> Given | None:
    """What a program answers when its tools know a graph; None where that tells too little."""
    width, height = graph["size"]
    if max(width, height) > LONGEST:
        return None
    objects = [
        Annotation(name, Box(*box), frozenset(attributes))
        for name, box, attributes in graph["objects"]
    ]
    names = frozenset(one.name for one in objects)

    def meant(words: Sequence[str]) -> frozenset[str]:
        return _meant(words, names, question)

    return true_answer(Described((width, height), objects, meant), program, TOOLS, score)


def _meant(words: Sequence[str], names: frozenset[str], question: Question) -> frozenset[str]:
    """The names of a graph that a noun phrase means.

    Raises:
        NotOfferedError: it may be another name of something in the graph, or the graph may be
            silent about it.
    """
    entry = standard_lexicon().entry(words)
    kinds = frozenset(entry.names) if entry is not None and not entry.narrower else frozenset[str]()
    same = frozenset(one for one in names if same_words(words, one))
    if kinds == PEOPLE:
        same |= {one for one in names if _kinds_of(one) == kinds}
    if same:
        return same
    if len(kinds) == 1 and _asks_for(question, words):
        near = [one for one in names if kinds & _kinds_of(one)]
        if not near:
            return frozenset()
    raise NotOfferedError(f"the scene graph doesn't tell {' '.join(words)!r}")


def _kinds_of(name: str) -> frozenset[str]:
    """What the last words of a name mean in COCO's names: a "tennis player" is a person."""
    words = plain(name).split()
    entries = (standard_lexicon().entry(words[start:]) for start in range(len(words)))
    return next((frozenset(one.names) for one in entries if one is not None), frozenset[str]())


def _asks_for(question: Question, words: Sequence[str]) -> bool:
    """Whether the words are among those of the question."""
    asked = re.findall(r"\w+", plain(question.request))
    return all(any(same_words([word], one) for one in asked) for word in words)
