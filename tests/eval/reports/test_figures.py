from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from viscript.eval.metrics.intervals import wilson
from viscript.eval.reports.figures import causes_of, costs_of, shares_by_kind, systems_of
from viscript.eval.reports.results import Evaluation
from viscript.eval.suites import suite_named

Make = Callable[..., Evaluation]


def test_shares_are_told_for_all_and_for_each_type(evaluation_of: Make) -> None:
    results = evaluation_of().results
    shares = shares_by_kind(results, [one.score for one in results])
    assert list(shares) == ["all", "a", "b"]
    assert [shares[kind].mean for kind in shares] == [0.5, 0.5, 0.5]
    assert (shares["all"].low, shares["all"].high) == wilson(4, 8)
    assert shares["b"].count == 4


def test_the_majority_answer_of_each_type_is_a_baseline(evaluation_of: Make) -> None:
    systems = systems_of(evaluation_of(), suite_named("jsonl"))
    assert list(systems) == ["viscript", "emptied tools", "majority answer"]
    # Type a has the answers no, yes, no, yes; type b has four times yes.
    assert sum(systems["majority answer"]) == 6
    assert sum(systems["emptied tools"]) == 0


def test_costs_are_means_over_the_samples(evaluation_of: Make) -> None:
    costs = costs_of(evaluation_of().results)
    assert (costs.seconds, costs.steps, costs.cached, costs.plans) == (0.5, 2, 0.5, 1)
    assert costs.cost == pytest.approx(0.001)
    assert costs_of([]).cost is None


def test_a_cost_that_is_not_known_is_not_taken_for_nothing(evaluation_of: Make) -> None:
    first, *others = evaluation_of().results
    unknown = replace(first, record=first.record.model_copy(update={"cost": None}))
    assert costs_of([unknown, *others]).cost == pytest.approx(0.001)
    assert costs_of([unknown]).cost is None


def test_causes_are_counted_from_the_most_frequent_on(evaluation_of: Make) -> None:
    assert dict(causes_of(evaluation_of().results)) == {"wrong program": 2, "program or tool": 2}
