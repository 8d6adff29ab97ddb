"""`Evaluation`: what a log of inspect says about one system on one suite."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ...tools.errors import InputError
from ..causes import RIGHT
from ..record import Record
from ..suites.suite import Question
from ..tasks import question_in

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog, EvalSample


@dataclass(frozen=True, slots=True)
class Result:
    """A question that was answered.

    Args:
        question: the question.
        record: how it was answered.
        score: how right that was, 0 to 1.
        cause: why it is not right, one of `causes.CAUSES`; empty when it is.
        baselines: how right other systems' answers were, by name.
    """

    question: Question
    record: Record
    score: float
    cause: str
    baselines: dict[str, float]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A system on a suite.

    Args:
        path: the log.
        suite: the suite's name.
        title: what the suite is.
        profile: whose tools were used.
        planner: who wrote the programs.
        status: "success", "cancelled", "error" or "started".
        started: when, as ISO 8601.
        asked: how many questions there were to answer.
        results: those that were answered and count, as the log has them.
        failures: what kept others from being answered, by question.
        measures: what the suite tells about all questions, by name.
        uncounted: how many more were answered, for these measures only.
        baselines: those of the profile by name, and why one was left out; empty where it wasn't.
    """

    path: Path
    suite: str
    title: str
    profile: str
    planner: str
    status: str
    started: str
    asked: int
    results: Sequence[Result]
    failures: dict[str, str]
    measures: dict[str, float]
    uncounted: int = 0
    baselines: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def name(self) -> str:
        """The suite, and what answered it."""
        return f"{self.suite}: {self.planner} on {self.profile}"


def read_evaluation(path: Path) -> Evaluation:
    """The evaluation in a log.

    Raises:
        InputError: it is not a log, or not of one of viscript's suites.
    """
    from inspect_ai.log import read_eval_log

    try:
        log = read_eval_log(str(path), exclude_fields={"messages", "events", "store"})
    # What inspect raises for a file that is no log is not said anywhere.
    except Exception as error:  # noqa: BLE001
        raise InputError(f"{path} is not a log of an evaluation: {error}") from None
    return evaluation_of(log, path)


def evaluation_of(log: EvalLog, path: Path) -> Evaluation:
    """The evaluation in a log that was read.

    Raises:
        InputError: it is not of one of viscript's suites.
    """
    metadata = log.eval.metadata or {}
    if "profile" not in metadata:
        raise InputError(
            f"{path} is not of one of viscript's suites", hint="give a log of `viscript eval`"
        )
    samples = log.samples or []
    answered = [_result(one) for one in samples if one.error is None and one.scores]
    counted = [one for one in answered if one.question.counts]
    return Evaluation(
        path=path,
        suite=log.eval.task.rpartition("/")[2],
        title=metadata["title"],
        profile=metadata["profile"],
        planner=metadata["planner"],
        status=log.status,
        started=log.eval.created,
        asked=log.results.total_samples if log.results else len(log.eval.dataset.sample_ids or ()),
        results=counted,
        failures=_failures(samples),
        measures=_measures(log),
        uncounted=len(answered) - len(counted),
        baselines=metadata.get("baselines", {}),
    )


def _failures(samples: Sequence[EvalSample]) -> dict[str, str]:
    """What kept questions from being answered; those that were stopped are only not done yet."""
    failed = ((str(one.id), one.error.message) for one in samples if one.error is not None)
    return {name: why for name, why in failed if not why.startswith("CancelledError(")}


def _result(sample: EvalSample) -> Result:
    record = Record.in_metadata(sample.metadata)
    assert record is not None, "a sample is scored after it was answered"
    (score,) = (sample.scores or {}).values()
    kept: dict[str, Any] = score.metadata or {}
    value = score.as_float()
    return Result(
        question=question_in(sample.metadata),
        record=record,
        score=value,
        cause="" if value >= RIGHT else str(kept.get("cause", "")),
        baselines=cast("dict[str, float]", kept.get("baselines", {})),
    )


def _measures(log: EvalLog) -> dict[str, float]:
    """The metrics that only this suite has."""
    from ..suites import MODULES, suite_named

    name = log.eval.task.rpartition("/")[2]
    named = set(suite_named(name).measures) if name in MODULES else set[str]()
    scores = log.results.scores if log.results else []
    return {
        metric.name: float(metric.value)
        for score in scores
        for metric in score.metrics.values()
        if metric.name in named and not math.isnan(float(metric.value))
    }
