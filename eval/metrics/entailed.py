"""Consistency over entailed questions (GQA; Hudson & Manning, 2019)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def entailed_consistency(
    scores: Mapping[Name, float], entailed: Mapping[Name, Collection[Name]]
) -> float:
    """How right the answers are that follow from right answers.

    Hudson & Manning (2019, section 4.4): of each question that is answered right, the accuracy
    over the questions that its answer entails; then the mean over such questions.

    Args:
        scores: how right the answer to each question is; right is 1.
        entailed: for each question those that follow from it. Itself, and those that were not
            asked, don't count.

    Returns:
        0 to 1; NaN when no right answer entails another question that was asked.
    """
    shares: list[float] = []
    for name, score in scores.items():
        followed = [scores[one] for one in entailed.get(name, ()) if one != name and one in scores]
        if score >= 1 and followed:
            shares.append(sum(followed) / len(followed))
    return sum(shares) / len(shares) if shares else float("nan")
