"""A value in the words of an answer."""

from __future__ import annotations

from ..tools.values import summary_of


def words_of(value: object) -> str:
    """A value in words: text as it is, truth as yes or no, everything else summarised."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return summary_of(value)
