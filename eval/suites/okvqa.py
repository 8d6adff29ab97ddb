"""`okvqa`: questions that need knowledge beyond the picture (Marino et al., 2019).

The folder has the published files, in VQA's layout: `OpenEnded_mscoco_val2014_questions.json`,
`mscoco_val2014_annotations.json`, and the pictures in `val2014` (or all of `train2014`). Where both
splits lie in one folder, name the file of questions.

Of each answer the files have what a person wrote ("riding") and a stem of it ("ride"), which
published figures go by. Our answers are not stemmed: the better of the soft accuracies over what
was written and over the stems counts.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from . import needed
from .suite import Given, Question, Suite
from .vqav2 import accuracy, official

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
    given = needed(data, "the folder with OK-VQA's questions, annotations and pictures")
    return [
        replace(
            question,
            answers=[one.raw_answer or one.answer for one in annotation.answers],
            kind=CATEGORIES.get(annotation.question_type, "other"),
            truth={"stems": [one.answer for one in annotation.answers]},
        )
        for question, annotation in official(given, "OK-VQA")
    ]


def score(question: Question, given: Given) -> float:
    """VQA's soft accuracy over what people wrote, or over its stems where that is better.

    Of ten answers: the files have each of the five people's twice. In small letters, as in VQAv2.
    """
    stems = question.truth.get("stems", ())
    return max(accuracy(given.text, one) for one in (question.answers, stems))


SUITE = Suite("okvqa", "OK-VQA (Marino et al., 2019), soft accuracy", read, score)
