"""The suites as inspect tasks: `inspect eval viscript/vqav2 -T data=FOLDER`.

inspect runs the samples, retries and resumes them, and keeps the log; the solver here is viscript's
agent, and no model of inspect's is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import (
    Metric,
    MetricProtocol,
    SampleScore,
    Score,
    Scorer,
    Target,
    Value,
    grouped,
    mean,
    metric,
    scorer,
    stderr,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver

from ..agent.runs.folder import PAGE
from ..tools.errors import InputError
from ..tools.toolbox import Toolbox
from .causes import RIGHT, cause_of
from .engines.engine import Engine, EngineSettings, engine_of
from .folders import evaluations_folder
from .record import KEY, Record
from .suites import MODULES, suite_named
from .suites.suite import Given, Question, Scored, Suite
from .system import ASK_ALONE, EMPTIED, Settings, why_not_alone

QUESTION = "question"
"""Where the question is in a sample's metadata."""
DETAILS = "details"
"""Where the suite's details of an answer are in its score's metadata."""
MAX_FAILED = 20.0
"""Questions that may fail to be put (a picture is gone, a server refuses) before it ends."""


def task_of(
    suite: Suite,
    data: str = "",
    runs: str = "",
    settings: Settings | None = None,
    engine: EngineSettings | None = None,
) -> Task:
    """A suite as an inspect task.

    Args:
        suite: the suite.
        data: its data; empty for none.
        runs: the folder that runs are kept in; empty for the user's own.
        settings: what is evaluated.
        engine: where; None for this process.

    Raises:
        InputError: the data is not the suite's or has no question, two questions have the same id,
            or as the engine.
        ModelError: as the engine.
    """
    used = settings or Settings()
    folder = Path(runs) if runs else evaluations_folder()
    questions = suite.read(Path(data).absolute() if data else None)
    _refuse_none(questions, suite, data)
    _refuse_doubles(questions)
    return Task(
        dataset=MemoryDataset([_sample(one) for one in questions], name=suite.name),
        solver=agent_solver(engine_of(engine or EngineSettings(), suite, used, folder)),
        scorer=suite_scorer(suite),
        metadata={
            "title": suite.title,
            "profile": used.profile if suite.toolbox is None else suite.name,
            "planner": used.planned_by,
            "baselines": _baselines(suite, used),
        },
        # A question that can't be put is no wrong answer: --resume tries it again.
        fail_on_error=MAX_FAILED,
    )


def agent_solver(engine: Engine) -> Solver:
    """Answers with viscript's agent; the record goes into the sample's metadata."""

    @solver(name="viscript")
    def viscript() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            record = await engine.answer(question_in(state.metadata))
            state.metadata[KEY] = record.model_dump()
            if record.run:
                state.metadata["rationale"] = str(Path(record.run) / PAGE)
            state.output = ModelOutput.from_content("viscript", record.text)
            state.completed = True
            return state

        return solve

    return viscript()


def suite_scorer(suite: Suite) -> Scorer:
    """Scores answers by the suite's metric, and says why an answer is not right."""

    scores = {"mean": mean(), "stderr": stderr(), "grouped": grouped(mean(), "kind", all=False)}
    counted = [_of_counted(name, one) for name, one in scores.items()]

    @scorer(metrics=[*counted, *_measures(suite)], name="score")
    def score() -> Scorer:
        async def judge(state: TaskState, target: Target) -> Score:
            question, record = question_in(state.metadata), Record.in_metadata(state.metadata)
            assert record is not None, "a sample is scored after it was answered"
            given = Given() if record.failure else record.given()
            value = 0.0 if record.failure else suite.score(question, given)
            return Score(
                value=value,
                answer=record.text,
                explanation=record.message or record.program,
                metadata={
                    "cause": "" if value >= RIGHT else cause_of(suite, question, record),
                    "baselines": {
                        name: suite.score(question, Given(text, text, record.program))
                        for name, text in record.baselines.items()
                    },
                    DETAILS: dict(suite.details(question, given)) if suite.details else {},
                },
            )

        return judge

    return score()


def question_in(metadata: dict[str, Any]) -> Question:
    """The question in a sample's metadata."""
    kept: dict[str, Any] = metadata[QUESTION]
    rest = {name: one for name, one in kept.items() if name != "images"}
    return Question(images=[Path(one) for one in kept["images"]], **rest)


def _sample(question: Question) -> Sample:
    kept = {
        "id": question.id,
        "images": [str(one) for one in question.images],
        "request": question.request,
        "answers": list(question.answers),
        "kind": question.kind,
        "group": question.group,
        "truth": dict(question.truth),
        "counts": question.counts,
    }
    return Sample(
        id=question.id,
        input=question.request,
        target=list(question.answers),
        metadata={QUESTION: kept, "kind": question.kind},
    )


def _refuse_none(questions: Sequence[Question], suite: Suite, data: str) -> None:
    """Raises InputError when there is no question."""
    if not questions:
        raise InputError(
            f"there is no question of {suite.name}" + (f" in {data}" if data else ""),
            hint="a file that is empty, or has only a split that is left out, has nothing to ask",
        )


def _refuse_doubles(questions: Sequence[Question]) -> None:
    """Raises InputError when two questions have the same id."""
    seen: set[str] = set()
    for one in questions:
        if one.id in seen:
            raise InputError(
                f"two questions have the id {one.id!r}",
                hint="give each its own; a line without one has its number among the lines",
            )
        seen.add(one.id)


def _baselines(suite: Suite, settings: Settings) -> dict[str, str]:
    """The baselines that there are, by name, and why one is left out; empty where it isn't."""
    if suite.toolbox is not None:
        return {}
    toolbox = Toolbox.load(settings.profile, cache=None)
    alone = {ASK_ALONE: why_not_alone(toolbox, yes=settings.yes)} if toolbox.offers("ask") else {}
    return {EMPTIED: "", **alone}


def _of_counted(name: str, inner: Metric) -> Metric:
    """A metric of inspect over the questions whose scores count."""
    measured = cast("MetricProtocol", inner)

    @metric(name=name)
    def counted() -> Metric:
        def over(scores: list[SampleScore]) -> Value:
            return measured(
                [one for one in scores if question_in(one.sample_metadata or {}).counts]
            )

        return over

    return counted()


def _measures(suite: Suite) -> Sequence[Metric]:
    """What the suite tells about all questions, as metrics of inspect."""
    return [_measure(name, suite) for name in suite.measures]


def _measure(name: str, suite: Suite) -> Metric:
    @metric(name=name)
    def measure() -> Metric:
        def over(scores: list[SampleScore]) -> float:
            return suite.measures[name](
                [
                    Scored(
                        question_in(one.sample_metadata or {}),
                        one.score.as_float(),
                        (one.score.metadata or {}).get(DETAILS, {}),
                    )
                    for one in scores
                ]
            )

        return over

    return measure()


def _registered(name: str) -> Callable[..., Task]:
    """A suite as a task that inspect finds by its name."""

    @task(name=name)
    def suite_task(
        profile: str = "embedded",
        planner: str = "embedded",
        base_url: str = "",
        votes: int = 1,
        data: str = "",
        runs: str = "",
        yes: bool = False,
        adapter: str = "",
        engine: str = "local",
        address: str = "",
        workers: int = 0,
        at_once: int = 0,
    ) -> Task:
        settings = Settings(profile, planner, base_url, votes, yes, adapter)
        where = EngineSettings(engine, address, workers, at_once)
        return task_of(suite_named(name), data, runs, settings, where)

    return suite_task


TASKS = {name: _registered(name) for name in MODULES}
"""The task of each suite; its arguments are those of `task_of`, `Settings` and
`EngineSettings`."""
