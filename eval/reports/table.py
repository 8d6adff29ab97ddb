"""The table of evaluations, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..suites import suite_named
from .figures import VISCRIPT, Costs, Share, causes_of, costs_of, shares_by_kind, systems_of
from .results import Evaluation

NONE = "–"
"""Where a baseline has no answers."""


def markdown(evaluations: Sequence[Evaluation]) -> str:
    """Scores by question type beside their baselines, costs and causes of error."""
    return "\n".join(line for one in evaluations for line in _lines(one))


def _lines(evaluation: Evaluation) -> Iterator[str]:
    suite, results = suite_named(evaluation.suite), evaluation.results
    yield f"### {evaluation.title}"
    yield ""
    yield f"{evaluation.planner} planner, profile {evaluation.profile}, {counted(evaluation)}."
    yield ""
    systems = systems_of(evaluation, suite)
    shares = {name: shares_by_kind(results, scores) for name, scores in systems.items()}
    yield f"| questions | number | {' | '.join(systems)} |"
    yield f"|---|---:|{'---:|' * len(systems)}"
    for kind, own in shares[VISCRIPT].items():
        cells = [cell_of(shares[name].get(kind), own.count) for name in systems]
        yield f"| {kind} | {own.count} | {' | '.join(cells)} |"
    yield ""
    for line in left_out(evaluation):
        yield line
        yield ""
    for name, value in evaluation.measures.items():
        yield f"{name}: {value:.1%}"
        yield ""
    yield f"A sample: {cost_words(costs_of(results))}."
    yield ""
    causes = causes_of(results)
    if causes:
        wrong = sum(causes.values())
        yield f"| wrong because | of {wrong} |"
        yield "|---|---:|"
        for cause, count in causes.items():
            yield f"| {cause} | {count} ({count / wrong:.0%}) |"
        yield ""


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
