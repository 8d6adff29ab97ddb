"""Voting: several programs for one request, and the answer that most of them come to.

Programs that a planner draws at random go wrong in different ways, and right in the same way (Wang
et al., "Self-Consistency", 2023; Gupta & Kembhavi, "Visual Programming", 2023, vote so on NLVR2 and
GQA). Tools run once for all programs: what one has computed, the others take from the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from ...tools.values import Image, Region
from ..words import words_of
from .dependencies import Dependencies, Tell
from .events import Drawing
from .findings import Finding
from .sameness import SAME_IOU, iou
from .state import AskState, AttemptState

TIED = 0.6
"""What a tie takes from the confidence at least."""


def ended(
    state: AskState, deps: Dependencies, tell: Tell, attempts: list[AttemptState]
) -> AskState:
    """The state once a program has its answer, or is given up: the next one, or the decision.

    Args:
        state: before.
        deps: say how many programs are voted on.
        tell: told of the next program.
        attempts: what was tried for this program.
    """
    ballots = [*state.get("ballots", []), attempts]
    if len(ballots) < deps.limits.votes:
        tell(Drawing(len(ballots) + 1, deps.limits.votes))
        return AskState(ballots=ballots, attempts=[], draft=None, stage="planning")
    return AskState(attempts=attempts, draft=None, stage="decided")


def grouped(answers: Sequence[object], alike: Callable[[object, object], bool]) -> list[list[int]]:
    """The numbers of answers that are alike: the largest group first, then the earliest."""
    groups: list[list[int]] = []
    for number, answer in enumerate(answers):
        mine = next((one for one in groups if alike(answers[one[0]], answer)), None)
        if mine is None:
            groups.append([number])
        else:
            mine.append(number)
    return sorted(groups, key=lambda one: (-len(one), one[0]))


def agree(one: object, other: object) -> bool:
    """Whether two answers say the same.

    Words are compared without their case and the full stop, True is "yes", regions are the same
    where their boxes overlap, and of lists of regions the order doesn't count.
    """
    match one, other:
        case Image(), Image():
            return one.digest == other.digest
        case Region(), Region():
            return iou(one.box, other.box) >= SAME_IOU
        case (list() | tuple(), list() | tuple()):
            return _lists_agree(cast("Sequence[object]", one), cast("Sequence[object]", other))
        case _:
            return _is_plain(one) and _is_plain(other) and _plain(one) == _plain(other)


def dissent(votes: Sequence[int], asked: int, others: Sequence[str]) -> list[Finding]:
    """What it means for an answer that not all programs came to it.

    Args:
        votes: how many programs came to each answer, the answer that is given first.
        asked: how many programs there were; those that failed came to none.
        others: the other answers in words.
    """
    if votes[0] == asked:
        return []
    weight = 1 - votes[0] / asked
    words = f"only {votes[0]} of {asked} programs came to this answer"
    if others:
        words += f"; others came to: {', '.join(others)}"
    if len(votes) > 1 and votes[1] == votes[0]:
        return [Finding("tied", f"{words} (a tie)", wrong=False, weight=max(weight, TIED))]
    return [Finding("disagreement", words, wrong=False, weight=round(weight, 2))]


def _lists_agree(some: Sequence[object], others: Sequence[object]) -> bool:
    if len(some) != len(others):
        return False
    if not all(isinstance(one, Region) for one in (*some, *others)):
        return all(agree(one, other) for one, other in zip(some, others, strict=True))
    left = list(others)
    for one in some:
        same = next((other for other in left if agree(one, other)), None)
        if same is None:
            return False
        left.remove(same)
    return True


def _is_plain(value: object) -> bool:
    return not isinstance(value, (Image, Region, list, tuple))


def _plain(value: object) -> str:
    return words_of(value).strip().rstrip(".!").casefold()
