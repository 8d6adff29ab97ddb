"""The figures of an evaluation: scores by question type, baselines, costs, causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from ..metrics.intervals import interval
from ..metrics.vqa import normalised
from ..suites.suite import Given, Question, Suite
from ..system import EMPTIED
from .results import Evaluation, Result

ALL = "all"
UNTYPED = "no type"
"""Questions of the type `ALL` among others: their own lines say none."""
VISCRIPT = "viscript"
MAJORITY = "majority answer"
MAX_TRIED = 50
"""Answers of a type that are tried as its constant: the most frequent ones."""
MAX_SCORED = 10_000
"""Scores that are taken to choose it: of a large type fewer answers are tried, but always one."""
Scores = Sequence[float | None]
"""A score for each result; None where a baseline has no answer to the question."""


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


def shares_by_kind(results: Sequence[Result], scores: Scores) -> Mapping[str, Share]:
    """The mean score of all questions, and of each type, by name; types in alphabetical order.

    Questions without a score don't count; a type that has none with one is left out.
    """
    several = len({one.question.kind for one in results}) > 1
    kinds: dict[str, list[float]] = {}
    for result, score in zip(results, scores, strict=True):
        if score is not None:
            kinds.setdefault(result.question.kind, []).append(score)
    known = [one for one in scores if one is not None]
    shares: dict[str, Share] = {ALL: Share.of(known)} if known or not results else {}
    for kind in sorted(kinds) if several else ():
        shares[UNTYPED if kind == ALL else kind] = Share.of(kinds[kind])
    return shares


def systems_of(evaluation: Evaluation, suite: Suite) -> Mapping[str, Scores]:
    """The scores of the system and of each baseline, also of one that has none here."""
    results = evaluation.results
    names = {EMPTIED, *evaluation.baselines, *(name for one in results for name in one.baselines)}
    return {
        VISCRIPT: [one.score for one in results],
        **{name: [one.baselines.get(name) for one in results] for name in sorted(names)},
        MAJORITY: _majority(results, suite),
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


def _majority(results: Sequence[Result], suite: Suite) -> Scores:
    """The scores when every question of a type gets that type's best constant answer.

    The answer is chosen by the questions themselves. There is none where programs or pictures are
    right, not words.
    """
    if suite.toolbox is not None or not suite.words:
        return [None] * len(results)
    of_kind: dict[str, list[Question]] = {}
    for one in results:
        of_kind.setdefault(one.question.kind, []).append(one.question)
    scores = {kind: iter(_best_constant(asked, suite)) for kind, asked in of_kind.items()}
    return [next(scores[one.question.kind]) for one in results]


def _best_constant(questions: Sequence[Question], suite: Suite) -> Sequence[float]:
    """The scores of some questions when all get one answer: that which scores best in the mean.

    By soft accuracy the most frequent answer is not always that: ten people who say "red" of one
    picture count no more than four who do. The letters of choices are tried, too.
    """
    said: Counter[str] = Counter()
    # Scores may tell "the left one" from "left one": the answer is given as it was first said.
    spelled: dict[str, str] = {}
    for one in questions:
        for answer in one.answers:
            plain = normalised(answer) or answer
            said[plain] += 1
            spelled.setdefault(plain, answer)
    choices = max(len(one.truth.get("choices", ())) for one in questions)
    letters = [f"({letter})" for letter in ascii_uppercase[:choices]]
    affordable = min(MAX_TRIED, max(1, MAX_SCORED // len(questions)))
    tried = [*(spelled[plain] for plain, _ in said.most_common(affordable)), *letters]
    each = [[suite.score(one, Given(text, text)) for one in questions] for text in tried]
    return max(each, key=sum)
