"""Figures as tables and pages write them."""

from __future__ import annotations

from collections.abc import Sequence

from .figures import Costs, Share
from .results import Evaluation

NONE = "–"
"""Where a baseline has no answers."""


def words_of(share: Share) -> str:
    """A share with its interval: 71.0 % (68.0–73.9)."""
    return f"{share.mean:.1%} ({100 * share.low:.1f}–{100 * share.high:.1f})"


def cell_of(share: Share | None, asked: int) -> str:
    """A share as a table has it.

    Args:
        share: of a system; None where it has no answers.
        asked: how many questions the row has.
    """
    if share is None:
        return NONE
    return words_of(share) + (f" of {share.count}" if share.count < asked else "")


def left_out(evaluation: Evaluation) -> Sequence[str]:
    """A line on each baseline that was not asked."""
    why = {name: words for name, words in evaluation.baselines.items() if words}
    return [f"{name}: left out, {words} (--yes allows it)" for name, words in why.items()]


def cost_words(costs: Costs) -> str:
    """What a sample takes, in words."""
    parts = [
        f"{costs.seconds:.2f} s",
        f"{costs.steps:.1f} tool calls, {costs.cached:.0%} of them from the cache",
        f"{costs.plans:.2f} plans",
        f"{costs.input_tokens:.0f} tokens read and {costs.output_tokens:.0f} written",
    ]
    if costs.cost is not None:
        parts.append(f"${costs.cost:.4f}")
    return ", ".join(parts)


def counted(evaluation: Evaluation) -> str:
    """How many questions were answered, in words."""
    words = f"{len(evaluation.results) + evaluation.uncounted} of {evaluation.asked} questions"
    if evaluation.uncounted:
        words += f", {evaluation.uncounted} of them for the suite's measures only"
    if evaluation.failures:
        words += f", {len(evaluation.failures)} could not be put"
    return words if evaluation.status == "success" else f"{words}, {evaluation.status}"
