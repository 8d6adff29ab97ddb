"""Exact match, and accuracy over groups of questions (GQA, NLVR2)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from .vqa import alike


def exact_match(given: str, answers: Sequence[str]) -> float:
    """1 when an answer is one of those that are right, else 0.

    GQA (Hudson & Manning, 2019) compares texts as they are; ours are compared after VQA's
    normalisation, so that "The dog." is "dog" and "two" is "2"; see `alike`.
    """
    return float(any(alike(given, one) for one in answers))


def consistency(scores: Iterable[tuple[Hashable, float]]) -> float:
    """The share of groups whose every question is right.

    NLVR2 (Suhr et al., 2019): the group is a sentence, its questions the picture pairs.

    Args:
        scores: for each question its group and score; right is 1.

    Returns:
        0 to 1; 0 when there is no question.
    """
    groups: dict[Hashable, bool] = {}
    for group, score in scores:
        groups[group] = groups.get(group, True) and score >= 1
    return sum(groups.values()) / len(groups) if groups else 0.0
