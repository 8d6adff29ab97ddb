"""The page of a report: one file that needs nothing but itself.

Like a run's page it has no script and asks for nothing; everything from questions, answers and
models is escaped by the template. The pages of runs are linked where they lie on this machine.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...agent.runs.folder import PAGE
from ...agent.runs.thumbnails import Thumbnail, Thumbnails
from ...tools.errors import InputError
from ...tools.values import read_image
from ..suites import suite_named
from .figures import VISCRIPT, Share, causes_of, costs_of, shares_by_kind, systems_of
from .overview import overview
from .results import Evaluation, Result
from .words import cell_of, cost_words, counted, left_out

if TYPE_CHECKING:
    from jinja2 import Template

EXAMPLES = 6
"""Wrong answers that are shown of each cause."""
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Example:
    """A wrong answer as the page shows it."""

    result: Result
    right: str
    thumbnails: Sequence[Thumbnail]
    page: str


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of wrong answers."""

    name: str
    count: int
    share: float
    examples: Sequence[Example]


@dataclass(frozen=True, slots=True)
class Section:
    """An evaluation as the page shows it."""

    evaluation: Evaluation
    counted: str
    systems: Mapping[str, Mapping[str, Share]]
    kinds: Sequence[str]
    left_out: Sequence[str]
    costs: str
    wrong: int
    causes: Sequence[Cause]


def render(evaluations: Sequence[Evaluation]) -> str:
    """The page of some evaluations."""
    thumbnails = Thumbnails()
    style = (_HERE / "page.css").read_text("utf-8")
    sections = [_section(one, thumbnails) for one in evaluations]
    return _template().render(
        sections=sections,
        overview=overview(evaluations) if len(evaluations) > 1 else None,
        cell_of=cell_of,
        style=style,
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def _section(evaluation: Evaluation, thumbnails: Thumbnails) -> Section:
    results = evaluation.results
    systems = {
        name: shares_by_kind(results, scores)
        for name, scores in systems_of(evaluation, suite_named(evaluation.suite)).items()
    }
    causes = causes_of(results)
    wrong = sum(causes.values())
    return Section(
        evaluation=evaluation,
        counted=counted(evaluation),
        systems=systems,
        kinds=list(systems[VISCRIPT]),
        left_out=left_out(evaluation),
        costs=cost_words(costs_of(results)),
        wrong=wrong,
        causes=[
            Cause(name, count, count / wrong, list(_examples(name, results, thumbnails)))
            for name, count in causes.items()
        ],
    )


def _examples(cause: str, results: Sequence[Result], thumbnails: Thumbnails) -> Iterator[Example]:
    """Wrong answers of a cause, spread over the suite."""
    found = [one for one in results if one.cause == cause]
    for one in found[:: max(1, len(found) // EXAMPLES)][:EXAMPLES]:
        page = Path(one.record.run) / PAGE if one.record.run else None
        shown = [_thumbnail(path, thumbnails) for path in one.question.images]
        yield Example(
            result=one,
            right=max(one.question.answers, key=one.question.answers.count),
            thumbnails=[picture for picture in shown if picture is not None],
            page=page.as_uri() if page is not None and page.exists() else "",
        )


def _thumbnail(path: Path, thumbnails: Thumbnails) -> Thumbnail | None:
    """A picture, unless it is gone since, or the page has enough."""
    try:
        return thumbnails.of(read_image(path))
    except InputError:
        return None


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((_HERE / "page.html").read_text("utf-8"))
