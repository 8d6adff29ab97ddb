"""`easy-vqa`: one shape in one colour (Zhou, 2019). The package easy-vqa carries it all.

The test split has 9,673 questions on 1,000 pictures of 64 x 64 pixels.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from ...agent.training.scene_tools import TOOLS, SceneTools
from ...agent.training.scenes import Scene, Thing
from ...tools.backends.phrase_words import COLORS
from ...tools.errors import InputError
from ...tools.files import read_file
from ...tools.values import Box, Image, Region
from ..metrics.exact import exact_match
from ..truth import answer_with, true_toolbox
from .suite import Given, Question, Suite

SHAPES = frozenset({"circle", "rectangle", "triangle"})
WORDS_FOR_ANY = frozenset({"shape", "shapes", "figure", "object"})
NEGATIONS = frozenset({"no", "not"})
YES_NO = frozenset({"yes", "no"})
SPELLINGS = {"gray": "grey"}
"""Answers that are also right in another spelling."""
MAX_BYTES = 16 * 2**20
_WHERE = Box(80, 50, 170, 140)


def read(data: Path | None) -> list[Question]:
    """The test questions, those of a picture together.

    Args:
        data: a folder with `questions.json` and `images/`, as the package's `data/test`; None for
            the package's own.

    Raises:
        InputError: the package is missing, or the folder is not such a one.
    """
    folder = data or _package() / "data" / "test"
    path = folder / "questions.json"
    try:
        entries: list[tuple[str, str, int]] = json.loads(read_file(path, "questions", MAX_BYTES))
        asked = [(str(words), str(answer), int(image)) for words, answer, image in entries]
    # A number such as 1e999 is infinite.
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InputError(
            f"{path} is not easy-VQA's file of questions",
            hint="it is a list of question, answer and number of the picture, as the package has",
        ) from None
    shown = _shown(asked)
    return [
        Question(
            id=f"{image}-{number}",
            images=[folder / "images" / f"{image}.png"],
            request=words,
            answers=[answer, *([SPELLINGS[answer]] if answer in SPELLINGS else [])],
            kind=_kind(answer),
            truth=shown.get(image, {}),
        )
        for number, (words, answer, image) in sorted(
            enumerate(asked), key=lambda one: (one[1][2], one[0])
        )
    ]


def score(question: Question, given: Given) -> float:
    """1 when the answer is the right one."""
    return exact_match(given.text, question.answers)


def truth(question: Question, program: str) -> Given | None:
    """What a program answers on a description of the picture; None unless all of it is known."""
    if not {"shape", "color"} <= question.truth.keys():
        return None
    scene = Scene(0, [Thing(question.truth["shape"], _WHERE, question.truth["color"])])
    toolbox = true_toolbox(lambda tools: _Shapes([scene], SHAPES, tools), TOOLS)
    return answer_with(toolbox, program, [scene.picture])


def _package() -> Path:
    """The folder of the package easy_vqa, which is not imported: that would read all of it."""
    found = find_spec("easy_vqa")
    if found is None or found.origin is None:
        raise InputError(
            "the suite needs the package easy-vqa", hint="pip install 'viscript[eval]'"
        )
    return Path(found.origin).parent


def _shown(asked: Iterable[tuple[str, str, int]]) -> dict[int, dict[str, str]]:
    """The shape and the colour of each picture, where a question's answer tells them."""
    shown: dict[int, dict[str, str]] = {}
    for words, answer, image in asked:
        told = shown.setdefault(image, {})
        kind = _kind(answer)
        if kind != "yes/no":
            told[kind] = SPELLINGS.get(answer, answer)
            continue
        said = frozenset(words.lower().strip("?").split())
        # "Is there not a circle?" - "no": there is one.
        if (answer == "yes") == said.isdisjoint(NEGATIONS):
            told |= [("shape", one) for one in SHAPES & said]
            told |= [("color", COLORS[one]) for one in said if one in COLORS]
    return shown


def _kind(answer: str) -> str:
    if answer in YES_NO:
        return "yes/no"
    return "shape" if answer in SHAPES else "color"


class _Shapes(SceneTools):
    """Tools that know the one shape of a scene."""

    def find(self, image: Image, query: str) -> list[Region]:
        """The shape, when the query names it or any shape, and no other colour."""
        words = frozenset(query.lower().split())
        colors = {COLORS[word] for word in words if word in COLORS}
        return [
            one
            for one in self.list_objects(image)
            if (one.label in words or not words.isdisjoint(WORDS_FOR_ANY))
            and (not colors or self.color_of(one) in colors)
        ]


SUITE = Suite(
    "easy-vqa", "easy-VQA (Zhou, 2019), test split, exact match", read, score, truth=truth
)
