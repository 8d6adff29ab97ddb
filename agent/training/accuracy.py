"""Execution accuracy: whether a program gives the answers of the reference program on scenes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ...tools.contract import Contract
from ...tools.errors import ViscriptError
from ...tools.toolbox import Toolbox
from ...tools.values import Image, Region
from ..graph.vote import grouped
from ..program import Scope, check, execute
from ..runs.bindings import types_for, values_for
from .scene_maker import Mentions, scenes_for
from .scene_tools import scene_toolbox
from .scenes import Scene

TRIED = 16
KEPT = 6
"""Of the scenes tried, those kept have as many different answers of the reference as there are."""

_MISSING = re.compile(r"(no|not|nothing)\b.*", re.IGNORECASE)
_LABEL = re.compile(r"(^|, )[\w .()%/-]+: ")


@dataclass(frozen=True, slots=True)
class Failure:
    """How a program failed: its kind of error and message."""

    kind: str
    message: str


class DirectSteps:
    """Calls tools at once, in the program's thread."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    def start(self, contract: Contract, arguments: Mapping[str, object], line: int) -> object:
        """The value of a tool call."""
        return self._toolbox.invoke(contract.name, arguments).value


def is_right(programs: str | Sequence[str], reference: str, images: int, seed: int = 0) -> bool:
    """Whether a program answers like the reference on every scene made for the reference.

    Of several programs, the answer that most of them come to counts, scene by scene.
    """
    drawn = [programs] if isinstance(programs, str) else programs
    mentions = Mentions.of(reference)
    settings = scenes_for(mentions, TRIED, images, seed)
    answers = [answer_on(reference, scenes, mentions.words) for scenes in settings]
    kept = _telling(answers)
    return all(
        same_answer(
            answers[at], _elected([answer_on(one, settings[at], mentions.words) for one in drawn])
        )
        for at in kept
    )


def _elected(answers: Sequence[object]) -> object:
    """The answer that most programs came to; a failure only where all failed."""
    some = [one for one in answers if not isinstance(one, Failure)] or answers
    return some[grouped(some, same_answer)[0][0]]


def answer_on(program: str, scenes: Sequence[Scene], words: frozenset[str]) -> object:
    """What a program answers on scenes, or the `Failure` that it ends with."""
    toolbox = scene_toolbox(scenes, words)
    checked = check(program, Scope(toolbox.offered, types_for(len(scenes))))
    if checked.program is None or not checked.ok:
        return Failure("check", checked.diagnostics[0].code)
    names = values_for([scene.picture for scene in scenes])
    try:
        return execute(checked.program, names, DirectSteps(toolbox)).answer
    except ViscriptError as error:
        return Failure(type(error).__name__, error.message)


def same_answer(expected: object, given: object) -> bool:
    """Whether two answers say the same.

    Labels before values, and how it is worded that something is not there, don't count.
    """
    match expected, given:
        case str(), str():
            return _values(expected) == _values(given)
        case Image(), Image():
            return expected.digest == given.digest
        case Region(), Region():
            return expected.box == given.box
        case (list() | tuple(), list() | tuple()):
            some, others = cast("Sequence[object]", expected), cast("Sequence[object]", given)
            alike = (same_answer(a, b) for a, b in zip(some, others, strict=False))
            return len(some) == len(others) and all(alike)
        case _:
            return type(expected) is type(given) and expected == given


def _values(text: str) -> list[str]:
    """The values of "people: 3, sign: open"; of a sentence that nothing was found, only that."""
    plain = text.strip().casefold()
    if _MISSING.fullmatch(plain) and plain != "no":
        return ["<missing>"]
    return [one.strip() for one in _LABEL.split(plain)[::2] if one.strip()]


def _telling(answers: Sequence[object]) -> list[int]:
    """Which settings to keep: different answers first, failures last."""
    first: dict[str, int] = {}
    for at, answer in enumerate(answers):
        first.setdefault(_key(answer), at)
    order = sorted(
        range(len(answers)),
        key=lambda at: (isinstance(answers[at], Failure), first[_key(answers[at])] != at, at),
    )
    return order[:KEPT]


def _key(answer: object) -> str:
    return answer.digest if isinstance(answer, Image) else repr(answer)
