"""Edits for people to judge blind: a page that doesn't say whose they are, and the tally of votes.

The page is one file that asks for nothing; its script only writes the votes into a file of the
reader's own. Pairs stand in an order that has nothing to do with the systems.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from blake3 import blake3
from pydantic import BaseModel, TypeAdapter

from ...agent.runs.thumbnails import MAX_THUMBNAILS, Thumbnail, Thumbnails
from ...tools.errors import InputError
from ...tools.values import Image, read_image
from ..causes import RIGHT
from ..suites.published import parsed
from .figures import Share
from .results import Evaluation, Result

if TYPE_CHECKING:
    from jinja2 import Template

MAX_PAIRS = MAX_THUMBNAILS // 2
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Pair:
    """A picture before and after an edit; `key` stands for the system and the question."""

    key: str
    request: str
    before: Thumbnail
    after: Thumbnail


class Votes(BaseModel):
    """A file of votes, as the page writes it: by key, whether the edit is as asked."""

    votes: dict[str, Literal["right", "wrong"]]


@dataclass(frozen=True, slots=True)
class Tally:
    """What people said of a system.

    Args:
        name: the system.
        right: the share of votes that say right.
        agreed: the share of votes that say what the suite's checks say.
    """

    name: str
    right: Share
    agreed: float


def render(evaluations: Sequence[Evaluation]) -> str:
    """The page of some evaluations' edits, at most `MAX_PAIRS` of them.

    Raises:
        InputError: no question was answered by a picture, or a run or picture is gone.
    """
    pairs = _pairs(evaluations)
    if not pairs:
        raise InputError("there is no edit to judge", hint="give logs of the suite editing")
    style, script = ((_HERE / name).read_text("utf-8") for name in ("page.css", "blind.js"))
    return _template().render(
        pairs=pairs,
        style=style,
        script=script,
        style_digest=_digest(style),
        script_digest=_digest(script),
    )


def read_votes(path: Path) -> Votes:
    """The votes in a file.

    Raises:
        InputError: it is missing or something else.
    """
    return parsed(path, TypeAdapter(Votes), "a file of votes")


def tally(evaluations: Sequence[Evaluation], each: Sequence[Votes]) -> list[Tally]:
    """The votes of several people by system; a system that nobody judged is left out."""
    found: list[Tally] = []
    for evaluation in evaluations:
        votes = list(_votes_on(evaluation, each))
        if votes:
            agree = sum(said == checked for said, checked in votes)
            right = Share.of([float(said) for said, _ in votes])
            found.append(Tally(evaluation.name, right, agree / len(votes)))
    return found


def key_of(evaluation: Evaluation, result: Result) -> str:
    """What stands for a system and a question: 16 hexadecimal digits, the same each time."""
    return blake3(f"{evaluation.path.name}/{result.question.id}".encode()).hexdigest()[:16]


def _votes_on(evaluation: Evaluation, each: Sequence[Votes]) -> Iterator[tuple[bool, bool]]:
    """For each vote on a system whether it says right, and whether the checks do."""
    for result in evaluation.results:
        key = key_of(evaluation, result)
        for one in each:
            if key in one.votes:
                yield one.votes[key] == "right", result.score >= RIGHT


def _pairs(evaluations: Sequence[Evaluation]) -> list[Pair]:
    edits: Mapping[str, Result] = {
        key_of(evaluation, result): result
        for evaluation in evaluations
        for result in evaluation.results
    }
    thumbnails = Thumbnails()
    pairs: list[Pair] = []
    for key, result in sorted(edits.items()):
        edited = result.record.given().value
        if not isinstance(edited, Image) or len(pairs) == MAX_PAIRS:
            continue
        before = thumbnails.of(read_image(result.question.images[0]))
        after = thumbnails.of(edited)
        if before is not None and after is not None:
            pairs.append(Pair(key, result.question.request, before, after))
    return pairs


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((_HERE / "blind.html").read_text("utf-8"))
