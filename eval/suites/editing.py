"""`editing`: edits of objects, checked where they are (the task of Gupta & Kembhavi, 2023).

VisProg's 107 instructions were judged by people and are not published; the folder or file has such
of your own, an object a line of `edits.jsonl`. Pictures are relative to it, boxes in pixels:

    {"image": "dog.jpg", "instruction": "Blur all but the dog", "effect": "background blurred",
     "objects": [{"name": "dog", "box": [10, 20, 110, 220]}], "id": "1"}

Effects are `background blurred`, `background grey`, `blurred`, `covered`, `removed` and `replaced`;
a line of the last has `new`, the name of what the objects are replaced by. An edit is right when
three things hold: the right region changed, what should stay is untouched, and the effect is the
one asked for. `viscript eval judge` makes a page for people to judge the same edits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ...agent.runs.summary import read_run
from ...tools.errors import InputError
from ...tools.values import Box, Image, read_image
from ..metrics.edits import Area, Pixels, area_of, changed_share, coloured, detailed
from . import needed
from .edit_effects import CORE, is_blurred, is_filled_in, is_grey, shows_through
from .edit_judges import judge_of, kinds_of
from .published import only, parsed_lines
from .suite import Given, Question, Scored, Suite

Effect = Literal[
    "background blurred", "background grey", "blurred", "removed", "covered", "replaced"
]

EDGE, AROUND = 1.2, 1.5
"""The part of a box that has all of its object's edge, and that beyond which nothing of it is."""
CHANGED = 0.1
"""Least share of what should change that does: a blurred sky stays a sky."""
COVERED = 0.8
"""Least share of the core that changes where something covers it."""
STAYS = 0.05
"""Most of what should stay that may change: a mask is never perfect."""
CELL, REACH = 1 / 6, 1 / 10
"""How far a blur may reach, in longer sides of an object, and in shorter ones of a picture."""
FINDERS = frozenset({"find", "list_objects", "find_faces", "select"})


class _Object(BaseModel):
    name: Annotated[str, Field(min_length=1)]
    box: tuple[float, float, float, float]


class _Edit(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    image: Annotated[str, Field(min_length=1)]
    instruction: Annotated[str, Field(min_length=1)]
    effect: Effect
    objects: Annotated[list[_Object], Field(min_length=1)]
    new: str = ""
    id: str = ""


def read(data: Path | None) -> list[Question]:
    """The instructions.

    Raises:
        InputError: the folder or the file is missing, or a line is something else.
    """
    path = only(needed(data, "the folder or file of instructions and objects"), "*.jsonl")
    lines = parsed_lines(path, TypeAdapter(_Edit), "editing instructions")
    return [_question(path, number, line) for number, line in enumerate(lines, 1)]


def _question(path: Path, number: int, line: _Edit) -> Question:
    try:
        boxes = [Box(*one.box).xyxy for one in line.objects]
        _check_replacement(line)
    except InputError as error:
        where = f"{path}, instruction {number}"
        raise InputError(f"{where}: {error.message}", hint=error.hint) from None
    return Question(
        id=line.id or str(number),
        images=[path.parent / line.image],
        request=line.instruction,
        answers=[line.effect],
        kind=line.effect,
        truth={"names": [one.name for one in line.objects], "boxes": boxes, "new": line.new},
    )


def _check_replacement(line: _Edit) -> None:
    """That detectors can tell the new thing from the old ones."""
    if (line.effect == "replaced") != bool(line.new):
        raise InputError("`new` names what replaces an object where the effect is `replaced`")
    if not line.new:
        return
    kinds = kinds_of(line.new)
    if not kinds:
        hint = "name one of the 80 kinds of things of COCO"
        raise InputError(f"no detector that judges edits can recognise {line.new!r}", hint=hint)
    for one in line.objects:
        if kinds & kinds_of(one.name):
            raise InputError(
                f"detectors that judge edits can't tell {line.new!r} from {one.name!r}",
                hint=f"for them both are {', '.join(sorted(kinds))}",
            )


def score(question: Question, given: Given) -> float:
    """1 when the right region changed, the rest did not, and the effect is the one asked for."""
    found = details(question, given)
    return float(found["changed"] and found["untouched"] and found["effect"])


def details(question: Question, given: Given) -> Mapping[str, Any]:
    """The checks of an edit.

    Returns:
        `changed`, `untouched` and `effect`, each true or false; `judge`, the detector that looked
        whether an object is gone, empty where none did; `other`, whether it is another one than
        found the object. All are false when the answer is no picture of the same size.
    """
    found: dict[str, Any] = dict.fromkeys(("changed", "untouched", "effect", "other"), False)
    found["judge"] = ""
    after = given.value
    # Before the picture is read, which may be gone: words are no edit of any.
    if not isinstance(after, Image):
        return found
    before = read_image(question.images[0])
    if after.size != before.size:
        return found
    boxes = [Box(*one) for one in question.truth["boxes"]]
    to_change, to_stay = _areas(question.kind, boxes, before)
    shown = to_change & _where_it_shows(question.kind, before.pixels)
    found["changed"] = changed_share(before.pixels, after.pixels, shown) >= CHANGED
    found["untouched"] = changed_share(before.pixels, after.pixels, to_stay) <= STAYS
    reach = CELL * sum(max(one.width, one.height) for one in boxes) / len(boxes)
    match question.kind:
        case "background blurred":
            far = max(REACH * min(before.size), 1.0)
            found["effect"] = is_blurred(before.pixels, after.pixels, to_change, far, to_change)
        case "background grey":
            found["effect"] = is_grey(before.pixels, after.pixels, to_change)
        case "blurred":
            found["effect"] = is_blurred(before.pixels, after.pixels, to_change, reach)
        case "covered":
            found["effect"] = _covered(before.pixels, after.pixels, boxes, reach)
        case "replaced":
            found |= _replaced(question, given, after, boxes)
        case _:
            found |= _gone(question, given, before, after, boxes)
            found["effect"] &= is_filled_in(before.pixels, after.pixels, boxes)
            box = area_of(boxes, before.size)
            found["effect"] &= not shows_through(
                before.pixels, after.pixels, box, reach, alone=True
            )
    return found


def _areas(effect: str, boxes: Sequence[Box], before: Image) -> tuple[Area, Area]:
    """What an edit should change, and what it should not."""
    core, box = area_of(boxes, before.size, CORE), area_of(boxes, before.size)
    if effect.startswith("background"):
        return np.logical_not(box), core
    if effect == "blurred" and not (core & detailed(before.pixels)).any():
        # What is plain blurs at its edge, which is on that of the box.
        core = area_of(boxes, before.size, EDGE)
    return core, np.logical_not(area_of(boxes, before.size, AROUND))


def _where_it_shows(effect: str, before: Pixels) -> Area:
    """The pixels that an effect changes: neither a plain wall blurs, nor a white one turns grey."""
    if effect in ("background blurred", "blurred"):
        return detailed(before)
    if effect == "background grey":
        return coloured(before)
    return np.ones(before.shape[:2], dtype=np.bool_)


def _covered(before: Pixels, after: Pixels, boxes: Sequence[Box], reach: float) -> bool:
    """Whether something else is where objects were."""
    size = before.shape[1], before.shape[0]
    share = changed_share(before, after, area_of(boxes, size, CORE))
    return share >= COVERED and not shows_through(before, after, area_of(boxes, size), reach)


def _replaced(
    question: Question, given: Given, after: Image, boxes: Sequence[Box]
) -> Mapping[str, Any]:
    """Whether the judge sees the new thing in each box, and the old one in none."""
    judge = judge_of(_finders_of(given))
    new = question.truth["new"]
    named = zip(question.truth["names"], boxes, strict=True)
    done = all(
        judge.sees(after, new, box) and not judge.sees(after, old, box) for old, box in named
    )
    return {"effect": done, "judge": judge.name, "other": judge.other}


def _gone(
    question: Question, given: Given, before: Image, after: Image, boxes: Sequence[Box]
) -> Mapping[str, Any]:
    """Whether objects are no longer seen, of those that the judge saw before.

    Where it saw none, or can't know their names, the change of their pixels has to do.
    """
    judge = judge_of(_finders_of(given))
    named = list(zip(question.truth["names"], boxes, strict=True))
    seen = [(name, box) for name, box in named if judge.sees(before, name, box)]
    if not seen:
        core = area_of(boxes, before.size, CORE)
        return {"effect": changed_share(before.pixels, after.pixels, core) >= COVERED}
    still = [name for name, box in seen if judge.sees(after, name, box)]
    return {"effect": not still, "judge": judge.name, "other": judge.other}


def _finders_of(given: Given) -> set[str]:
    """The backends that found what was edited."""
    if not given.run:
        return set()
    steps = read_run(Path(given.run)).steps
    return {one.backend for one in steps if one.tool in FINDERS and one.backend}


def _share(check: str) -> Callable[[Sequence[Scored]], float]:
    """How many edits pass a check."""

    def measure(scored: Sequence[Scored]) -> float:
        return sum(bool(one.details[check]) for one in scored) / len(scored)

    return measure


def _by_another(scored: Sequence[Scored]) -> float:
    """Of the edits that a detector judged, the share that another one judged."""
    judged = [one.details["other"] for one in scored if one.details["judge"]]
    return sum(judged) / len(judged) if judged else float("nan")


SUITE = Suite(
    "editing",
    "edits of objects (after Gupta & Kembhavi, 2023), all checks passed",
    read,
    score,
    details=details,
    words=False,
    measures={
        "right region changed": _share("changed"),
        "rest untouched": _share("untouched"),
        "effect as asked": _share("effect"),
        "judged by another detector": _by_another,
    },
)
