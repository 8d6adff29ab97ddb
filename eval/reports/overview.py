"""Several evaluations in one table: a line each, with what a sample took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..suites import suite_named
from .figures import ALL, MAJORITY, VISCRIPT, costs_of, shares_by_kind, systems_of
from .results import Evaluation
from .words import NONE, cell_of


@dataclass(frozen=True, slots=True)
class Overview:
    """A table: the names of its columns, and its rows with a cell for each."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def overview(evaluations: Sequence[Evaluation]) -> Overview:
    """The scores of all questions of each evaluation beside its baselines, and its costs."""
    shares = [
        {
            name: shares_by_kind(one.results, scores).get(ALL)
            for name, scores in systems_of(one, suite_named(one.suite)).items()
        }
        for one in evaluations
    ]
    others = {name for one in shares for name in one} - {VISCRIPT, MAJORITY}
    systems = (VISCRIPT, *sorted(others), MAJORITY)
    rows: list[list[str]] = []
    for evaluation, own in zip(evaluations, shares, strict=True):
        costs, count = costs_of(evaluation.results), len(evaluation.results)
        rows.append(
            [
                evaluation.title,
                f"{evaluation.planner}, {evaluation.profile}",
                str(count),
                *(cell_of(own.get(name), count) for name in systems),
                f"{costs.seconds:.2f}",
                f"{costs.steps:.1f}",
                f"{costs.cached:.0%}",
                f"{costs.plans:.2f}",
                f"{costs.input_tokens:.0f} + {costs.output_tokens:.0f}",
                NONE if costs.cost is None else f"${costs.cost:.4f}",
            ]
        )
    header = ["suite", "planner, profile", "questions", *systems]
    header += ["seconds", "tool calls", "from the cache", "plans", "tokens", "cost"]
    return Overview(header, rows)
