"""Multiple choice, and its total over tasks (BLINK; Fu et al., 2024)."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence

from .vqa import normalised

_IN_BRACKETS = re.compile(r"\(([A-Za-z])\)")


def chosen(given: str, choices: Sequence[str]) -> int | None:
    """The index of the choice that an answer means; None when it means none, or several.

    A letter alone ("B", "b.") or in brackets ("(B) the left one"); else a choice in its own words;
    else the only choice whose words the answer contains. Articles stay: the "A" of "A is closer"
    is a letter.
    """
    bare = given.strip().rstrip(".:)").lstrip("(")
    letters = {bare} if len(bare) == 1 and bare.isalpha() else set(_IN_BRACKETS.findall(given))
    marked = {ord(one.upper()) - ord("A") for one in letters}
    if marked:
        return marked.pop() if len(marked) == 1 and max(marked) < len(choices) else None
    plain, *words = (normalised(one, articles=True) for one in (given, *choices))
    if plain in words:
        return words.index(plain)
    within = [at for at, one in enumerate(words) if one and f" {one} " in f" {plain} "]
    return within[0] if len(within) == 1 else None


def mean_over_tasks(scores: Iterable[tuple[Hashable, float]]) -> float:
    """The mean of the tasks' mean scores: each task counts alike, however many questions it has.

    BLINK's total (Fu et al., 2024).

    Args:
        scores: for each question its task and score.

    Returns:
        0 to 1; NaN when there is no question.
    """
    tasks: dict[Hashable, list[float]] = {}
    for task, score in scores:
        tasks.setdefault(task, []).append(score)
    means = [sum(one) / len(one) for one in tasks.values()]
    return sum(means) / len(means) if means else float("nan")
