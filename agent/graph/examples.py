"""Where a planner's worked examples come from."""

from __future__ import annotations

from collections.abc import Container

from ..planners.planner import Example, Planner
from .dependencies import Examples


class NoExamples:
    """For planners that don't read examples."""

    def nearest(self, request: str, tools: Container[str], names: Container[str]) -> list[Example]:
        """None."""
        return []


def examples_for(planner: Planner) -> Examples:
    """viscript's examples and the user's, or none for a planner that doesn't read them.

    Raises:
        InputError: the user's file of examples is damaged.
        ModelError: the word embeddings are missing.
    """
    # Loading the embeddings takes a third of a second, which a planner without use for examples
    # saves by saying so.
    if not getattr(planner, "reads_examples", True):
        return NoExamples()
    from ..planners.recall import Recall

    return Recall.standard()
