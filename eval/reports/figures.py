"""The figures of an evaluation: scores by question type, baselines, costs, causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..metrics.intervals import interval
from ..metrics.vqa import normalised
from ..suites.suite import Given, Suite
from .results import Evaluation, Result

ALL = "all"
MAJORITY = "majority answer"


@dataclass(frozen=True, slots=True)
class Share:
    """A mean score of some questions, with its 95 % interval."""

    mean: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, scores: Sequence[float]) -> Share:
        """The mean of scores; 0 when there are none."""
        low, high = interval(scores)
        return cls(sum(scores) / len(scores) if scores else 0.0, low, high, len(scores))


@dataclass(frozen=True, slots=True)
class Costs:
    """What a sample took in the mean.

    Args:
        seconds: from the question to the answer.
        steps: tool calls.
        cached: the share of them that the cache answered.
        plans: calls of the planner.
        input_tokens, output_tokens: what the planner read and wrote.
        cost: dollars that the planner took, the mean of the samples where it could tell; None where
            it never could.
    """

    seconds: float
    steps: float
    cached: float
    plans: float
    input_tokens: float
    output_tokens: float
    cost: float | None


def shares_by_kind(results: Sequence[Result], scores: Sequence[float]) -> Mapping[str, Share]:
    """The mean score of all questions, and of each type, by name; types in alphabetical order."""
    kinds: dict[str, list[float]] = {}
    for result, score in zip(results, scores, strict=True):
        kinds.setdefault(result.question.kind, []).append(score)
    every = {ALL: Share.of(scores)}
    return every | {kind: Share.of(kinds[kind]) for kind in sorted(kinds) if len(kinds) > 1}


def systems_of(evaluation: Evaluation, suite: Suite) -> Mapping[str, Sequence[float]]:
    """The scores of the system and of each baseline, a score for each result."""
    results = evaluation.results
    return {
        "viscript": [one.score for one in results],
        **{name: [one.baselines.get(name, 0.0) for one in results] for name in _baselines(results)},
        **_majority(results, suite),
    }


def costs_of(results: Sequence[Result]) -> Costs:
    """The means over the samples."""
    records, count = [one.record for one in results], max(1, len(results))
    steps = sum(one.steps for one in records)
    known = [one.cost for one in records if one.cost is not None]
    return Costs(
        seconds=sum(one.seconds for one in records) / count,
        steps=steps / count,
        cached=sum(one.cached for one in records) / max(1, steps),
        plans=sum(one.plans for one in records) / count,
        input_tokens=sum(one.input_tokens for one in records) / count,
        output_tokens=sum(one.output_tokens for one in records) / count,
        cost=sum(known) / len(known) if known else None,
    )


def causes_of(results: Sequence[Result]) -> Mapping[str, int]:
    """How many answers are not right, by cause, the most frequent first."""
    return dict(Counter(one.cause for one in results if one.cause).most_common())


def _baselines(results: Sequence[Result]) -> Sequence[str]:
    return sorted({name for one in results for name in one.baselines})


def _majority(results: Sequence[Result], suite: Suite) -> Mapping[str, Sequence[float]]:
    """The scores when every question of a type gets that type's most frequent answer.

    The answer is taken from the questions themselves, so this is the most a constant can reach.
    """
    if suite.toolbox is not None:
        return {}
    said: dict[str, Counter[str]] = {}
    for one in results:
        for answer in one.question.answers:
            said.setdefault(one.question.kind, Counter())[normalised(answer)] += 1
    if not said:
        return {}
    most = {kind: counts.most_common(1)[0][0] for kind, counts in said.items()}
    return {
        MAJORITY: [
            suite.score(one.question, Given(most[one.question.kind], most[one.question.kind]))
            for one in results
        ]
    }
