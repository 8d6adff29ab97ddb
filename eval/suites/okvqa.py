"""`okvqa`: questions that need knowledge beyond the picture (Marino et al., 2019).

The folder has the published files, in VQA's layout: `OpenEnded_mscoco_val2014_questions.json`,
`mscoco_val2014_annotations.json`, and the pictures in `val2014` (or all of `train2014`).
"""

from __future__ import annotations

from pathlib import Path

from ..metrics.vqa import soft_accuracy
from . import needed
from .suite import Given, Question, Suite
from .vqav2 import official

CATEGORIES = {
    "one": "vehicles and transportation",
    "two": "brands, companies and products",
    "three": "objects, material and clothing",
    "four": "sports and recreation",
    "five": "cooking and food",
    "six": "geography, history, language and culture",
    "seven": "people and everyday life",
    "eight": "plants and animals",
    "nine": "science and technology",
    "ten": "weather and climate",
}
"""The categories of knowledge, by the type that the annotations give them."""


def read(data: Path | None) -> list[Question]:
    """The questions, those of a picture together.

    Raises:
        InputError: the folder or a file is missing or is something else.
    """
    folder = needed(data, "the folder with OK-VQA's questions, annotations and pictures")
    return official(
        folder, "OK-VQA", lambda annotation: CATEGORIES.get(annotation.question_type, "other")
    )


def score(question: Question, given: Given) -> float:
    """VQA's soft accuracy over ten answers: the files have each of the five people's twice."""
    return soft_accuracy(given.text, question.answers)


SUITE = Suite("okvqa", "OK-VQA (Marino et al., 2019), soft accuracy", read, score)
