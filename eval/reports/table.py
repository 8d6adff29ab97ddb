"""The tables of evaluations, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..suites import suite_named
from .figures import VISCRIPT, causes_of, costs_of, shares_by_kind, systems_of
from .overview import Overview, overview
from .results import Evaluation
from .words import cell_of, cost_words, counted, left_out


def markdown(evaluations: Sequence[Evaluation]) -> str:
    """Scores by question type beside their baselines, costs and causes of error.

    Several evaluations have a table of them all before their own.
    """
    before = list(_overview(overview(evaluations))) if len(evaluations) > 1 else []
    return "\n".join([*before, *(line for one in evaluations for line in _lines(one))])


def _overview(table: Overview) -> Iterator[str]:
    yield f"| {' | '.join(table.header)} |"
    yield f"|---|---|{'---:|' * (len(table.header) - 2)}"
    for row in table.rows:
        yield f"| {' | '.join(row)} |"
    yield ""


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
