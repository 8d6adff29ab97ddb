from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from viscript.eval.metrics.intervals import wilson
from viscript.eval.reports.figures import causes_of, costs_of, shares_by_kind, systems_of
from viscript.eval.reports.results import Evaluation
from viscript.eval.suites import suite_named
from viscript.eval.suites.suite import Given, Question

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
    assert systems["majority answer"].count(1) == 6
    assert systems["emptied tools"] == [0] * 8


def test_a_baseline_counts_where_it_has_an_answer(evaluation_of: Make) -> None:
    asked = [
        replace(one, baselines={"ask alone": 1.0} if number in (0, 2) else {})
        for number, one in enumerate(evaluation_of().results)
    ]
    systems = systems_of(replace(evaluation_of(), results=asked), suite_named("jsonl"))
    shares = shares_by_kind(asked, systems["ask alone"])
    assert {kind: (one.mean, one.count) for kind, one in shares.items()} == {
        "all": (1, 2),
        "a": (1, 2),
    }
    assert shares_by_kind(asked, systems["emptied tools"]) == {}


@pytest.mark.parametrize("suite", ["editing", "refcoco", "tagging", "detection", "scenes"])
def test_where_no_words_are_right_there_is_no_majority_answer(
    evaluation_of: Make, suite: str
) -> None:
    # The pictures are gone: nothing reads them.
    systems = systems_of(evaluation_of(suite=suite), suite_named(suite))
    assert systems["majority answer"] == [None] * 8


def test_the_majority_answer_is_spelled_as_people_gave_it(evaluation_of: Make) -> None:
    truth = {"choices": ["the left one", "A"], "right": 0}
    left = Question("1", [], "?", ["the left one"], truth=truth)
    letter = Question("2", [], "?", ["A"], "other", truth={**truth, "right": 1})
    first = evaluation_of().results[0]
    results = [replace(first, question=one) for one in (left, letter)]
    evaluation = replace(evaluation_of(), results=results)
    assert systems_of(evaluation, suite_named("blink"))["majority answer"][0] == 1
    assert systems_of(evaluation, suite_named("jsonl"))["majority answer"] == [1, 1]


def test_the_majority_answer_is_the_constant_that_scores_best(evaluation_of: Make) -> None:
    others = ["green", "grey", "gold", "pink", "black", "white"]
    said = [["red"] * 10] * 2 + [["blue"] * 4 + others] * 3
    first = evaluation_of().results[0]
    results = [
        replace(first, question=Question(str(at), [], "?", one)) for at, one in enumerate(said)
    ]
    systems = systems_of(replace(evaluation_of(), results=results), suite_named("vqav2"))
    # "red" was said twenty times and "blue" twelve, but of fewer questions.
    assert systems["majority answer"] == [0, 0, 1, 1, 1]


def test_a_letter_may_be_the_best_constant(evaluation_of: Make) -> None:
    first = evaluation_of().results[0]
    results = [
        replace(first, question=Question(one, [], "?", [one], truth=truth))
        for one in ("cat", "dog", "cow")
        for truth in [{"choices": ["bird", one], "right": 1}]
    ]
    systems = systems_of(replace(evaluation_of(), results=results), suite_named("blink"))
    assert systems["majority answer"] == [1, 1, 1]


def test_of_a_large_type_fewer_answers_are_tried(evaluation_of: Make) -> None:
    first, asked = evaluation_of().results[0], list[Question]()
    results = [
        replace(first, question=Question(str(at), [], "?", [str(at), "same"])) for at in range(6000)
    ]

    def score(question: Question, given: Given) -> float:
        asked.append(question)
        return float(given.text in question.answers)

    suite = replace(suite_named("jsonl"), score=score)
    systems = systems_of(replace(evaluation_of(), results=results), suite)
    assert systems["majority answer"] == [1] * 6000
    assert len(asked) == 6000


def test_questions_without_a_type_among_others_are_not_taken_for_all(evaluation_of: Make) -> None:
    results = evaluation_of().results
    untyped = replace(results[0], question=replace(results[0].question, kind="all"))
    shares = shares_by_kind([untyped, *results[1:]], [1.0] + [0.0] * 7)
    assert {kind: one.count for kind, one in shares.items()} == {
        **{"all": 8, "a": 3, "no type": 1, "b": 4}
    }
    assert shares["no type"].mean == 1


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
