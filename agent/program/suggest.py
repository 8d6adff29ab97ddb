"""Did you mean: the nearest of the names that would have been right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, candidates: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The candidate that is spelt most like `name`, or None; capitals don't count.

    The likeness is that of Ratcliff and Obershelp, 1988, as in `difflib`.
    """
    by_lowered = {candidate.lower(): candidate for candidate in candidates}
    found = difflib.get_close_matches(name.lower()[:80], by_lowered, n=1, cutoff=cutoff)
    return by_lowered[found[0]] if found else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """A question with the nearest candidate, or nothing."""
    found = nearest(name, candidates)
    return f"did you mean {found}?" if found else ""
