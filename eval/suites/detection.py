"""`detection`: every object and its name (COCO; Lin et al., 2014).

The folder has one published file `instances_*.json` (`instances_val2017.json`), there or in
`annotations`, and its pictures in a folder with the name of the split (`val2017`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...tools.errors import InputError
from ...tools.values import Box
from ..metrics.detection import AveragePrecision, Detected, Picture, Real, average_precision
from ..metrics.tagging import Tag, agreement
from . import needed
from .coco import CocoObject, instances_of
from .coco_truth import answer_on, truth_about
from .published import only
from .regions import regions_in, tags_in
from .suite import Given, Question, Scored, Suite

REQUEST = "List every object with its box"


def read(data: Path | None) -> list[Question]:
    """A question for each picture: all that is there.

    Raises:
        InputError: the folder or the file is missing or is something else, or an object is of a
            category that the file doesn't name.
    """
    folder = needed(data, "the folder with COCO's instances and pictures")
    path = only(folder, "instances_*.json", "annotations/instances_*.json")
    root = path.parent.parent if path.parent.name == "annotations" else path.parent
    instances = instances_of(path)
    names = {one.id: one.name for one in instances.categories}
    of_picture: dict[int, list[CocoObject]] = defaultdict(list)
    for one in instances.annotations:
        if one.category_id not in names:
            raise InputError(
                f"{path}: object {one.id} is of a category {one.category_id} that has no name",
                hint="give the file as it is published: `categories` has a name for each",
            )
        of_picture[one.image_id].append(one)
    split = path.stem.removeprefix("instances_")
    return [
        Question(
            id=str(image.id),
            images=[root / split / image.file_name],
            request=REQUEST,
            answers=[", ".join(names[one.category_id] for one in of_picture[image.id])],
            truth=truth_about(
                image, [(names[one.category_id], one) for one in of_picture[image.id]]
            ),
        )
        for image in instances.images
    ]


def score(question: Question, given: Given) -> float:
    """The F1 of the picture's boxes with their names at IoU .5, crowds left out.

    1 when nothing is there and nothing was found.
    """
    real = [Tag(one.name, one.box) for one in _real(question) if not one.crowd]
    found = tags_in(given)
    return 1.0 if not real and not found else agreement(found, real).f1


def truth(question: Question, program: str) -> Given | None:
    """What a program answers when its tools know the objects, crowds left out as in `score`."""
    return answer_on(question, program, lambda given: score(question, given), with_crowds=False)


def details(question: Question, given: Given) -> Mapping[str, Any]:
    """What was found."""
    return {"found": [[one.label, one.box.xyxy, one.score] for one in regions_in(given)]}


def _real(question: Question) -> list[Real]:
    return [Real(name, Box(*box), crowd) for name, box, crowd in question.truth["objects"]]


def _over(figure: Callable[[AveragePrecision], float]) -> Callable[[Sequence[Scored]], float]:
    """A figure of the average precision over all pictures."""

    def measure(scored: Sequence[Scored]) -> float:
        pictures = [
            Picture(
                [Detected(name, Box(*box), sure) for name, box, sure in one.details["found"]],
                _real(one.question),
            )
            for one in scored
        ]
        return figure(average_precision(pictures))

    return measure


SUITE = Suite(
    "detection",
    "detection of objects (COCO; Lin et al., 2014), F1 at IoU .5",
    read,
    score,
    details=details,
    truth=truth,
    words=False,
    measures={
        "AP": _over(lambda one: one.mean),
        "AP50": _over(lambda one: one.at_50),
        "AP75": _over(lambda one: one.at_75),
    },
)
