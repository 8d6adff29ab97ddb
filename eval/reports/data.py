"""An evaluation as one JSON object, as `--json` prints it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..suites import suite_named
from .figures import causes_of, costs_of, shares_by_kind, systems_of
from .results import Evaluation, Result


def to_json(evaluation: Evaluation) -> dict[str, Any]:
    """The figures of an evaluation; its samples are in the log."""
    suite, results = suite_named(evaluation.suite), evaluation.results
    return {
        "suite": evaluation.suite,
        "profile": evaluation.profile,
        "planner": evaluation.planner,
        "status": evaluation.status,
        "started": evaluation.started,
        "log": str(evaluation.path),
        "asked": evaluation.asked,
        "answered": len(results) + evaluation.uncounted,
        "uncounted": evaluation.uncounted,
        "failures": evaluation.failures,
        "systems": {
            name: {kind: asdict(share) for kind, share in shares.items()}
            for name, scores in systems_of(evaluation, suite).items()
            if (shares := shares_by_kind(results, scores))
        },
        "left_out": {name: why for name, why in evaluation.baselines.items() if why},
        "measures": evaluation.measures,
        "costs": asdict(costs_of(results)),
        "causes": dict(causes_of(results)),
    }


def sample_to_json(result: Result) -> dict[str, Any]:
    """A question with its answer, score, cause and run."""
    return {
        "id": result.question.id,
        "images": [str(one) for one in result.question.images],
        "question": result.question.request,
        "type": result.question.kind,
        "answers": list(result.question.answers),
        "answer": result.record.text,
        "score": result.score,
        "cause": result.cause or None,
        "program": result.record.program,
        "message": result.record.message or None,
        "run": result.record.run or None,
    }
