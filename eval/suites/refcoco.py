"""`refcoco`: where is what a phrase means? RefCOCO/+/g (Yu et al., 2016; Mao et al., 2016).

The folder has `instances.json` and one list of refs (`refs(unc).p`), as they are published, or the
list as JSON; and COCO's pictures in `train2014`. Where there are several lists, name the one: the
folder is then the one that it lies in. A list is a pickle, whose plain values are read without
running any code that it may hold. Each phrase of each ref is a question, those of the training
split left out; the splits (val, testA, testB, test) are the types of questions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from ...tools.errors import InputError
from ...tools.values import Box
from ..metrics.boxes import RIGHT_IOU, iou, mean_iou
from . import needed
from .coco import CocoObject, Instances, instances_of
from .coco_truth import answer_on, truth_about
from .published import only, parsed
from .regions import regions_in
from .suite import Given, Question, Scored, Suite

TRAINING = "train"
_ARTICLE = re.compile(r"(the|an?)\s+", re.IGNORECASE)


class _Sentence(BaseModel):
    sent_id: int
    sent: str


class _Ref(BaseModel):
    """An object, and what people called it."""

    ref_id: int
    ann_id: int
    image_id: int
    split: str
    sentences: list[_Sentence]


def read(data: Path | None) -> list[Question]:
    """The phrases, those on a picture together.

    Raises:
        InputError: the folder or a file is missing or is something else.
    """
    given = needed(data, "the folder with a list of refs, instances.json and train2014")
    path = only(given, "refs*.json", "refs*.p")
    folder = path.parent
    instances = instances_of(folder / "instances.json")
    files = {one.id: one.file_name for one in instances.images}
    boxes = {one.id: one.box for one in instances.annotations}
    shown = _shown(instances)
    refs = parsed(path, TypeAdapter(list[_Ref]), "a list of RefCOCO's refs")
    questions: list[Question] = []
    for ref in sorted(refs, key=lambda one: (one.image_id, one.ref_id)):
        if ref.split == TRAINING:
            continue
        if ref.image_id not in files or ref.ann_id not in boxes:
            raise InputError(f"{path}: ref {ref.ref_id} is of no object in instances.json")
        questions += [
            Question(
                id=f"{ref.ref_id}-{one.sent_id}",
                images=[folder / "train2014" / files[ref.image_id]],
                request=_request(one.sent),
                answers=[one.sent],
                kind=ref.split,
                truth={"box": boxes[ref.ann_id].xyxy, **shown[ref.image_id]},
            )
            for one in ref.sentences
        ]
    return questions


def _shown(instances: Instances) -> Mapping[int, Mapping[str, Any]]:
    """All that is known of each picture.

    The published `instances.json` has all of COCO's objects of its pictures, not only those that
    phrases mean.
    """
    names = {one.id: one.name for one in instances.categories}
    objects: dict[int, list[tuple[str, CocoObject]]] = defaultdict(list)
    unnamed: set[int] = set()
    for one in instances.annotations:
        if one.category_id in names:
            objects[one.image_id].append((names[one.category_id], one))
        else:
            unnamed.add(one.image_id)
    return {
        one.id: {} if one.id in unnamed else truth_about(one, objects[one.id])
        for one in instances.images
    }


def _request(phrase: str) -> str:
    """What is asked for a phrase: RefCOCOg's begin with an article ("a man in red")."""
    article = _ARTICLE.match(phrase)
    return f"Locate the {phrase[article.end() if article else 0 :]}."


def details(question: Question, given: Given) -> Mapping[str, Any]:
    """How much the surest region overlaps the true one; 0 when there is none."""
    found = regions_in(given)
    return {"iou": iou(found[0].box, Box(*question.truth["box"])) if found else 0.0}


def score(question: Question, given: Given) -> float:
    """1 when the surest region overlaps the true one by half."""
    return float(details(question, given)["iou"] >= RIGHT_IOU)


def truth(question: Question, program: str) -> Given | None:
    """What a program answers when its tools know COCO's objects; None where they say too little."""
    return answer_on(question, program, lambda given: score(question, given), with_crowds=True)


def _mean_iou(scored: Sequence[Scored]) -> float:
    return mean_iou([one.details["iou"] for one in scored])


SUITE = Suite(
    "refcoco",
    "RefCOCO/+/g (Yu et al., 2016), IoU@0.5",
    read,
    score,
    details=details,
    truth=truth,
    words=False,
    measures={"mean IoU": _mean_iou},
)
