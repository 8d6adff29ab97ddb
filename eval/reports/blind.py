"""Edits for people to judge blind: a page that doesn't say whose they are, and the tally of votes.

The page is one file that asks for nothing; its script only writes the votes into a file of the
reader's own. Pairs stand in an order that has nothing to do with the systems. A question is on the
page with the edit of every system or not at all, so that the tallies are of the same questions.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
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
"""Edits of a page: the pictures of each may be two that no other one has."""
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Pair:
    """A picture before and after an edit; `key` stands for the system and the question."""

    key: str
    request: str
    before: Thumbnail
    after: Thumbnail


@dataclass(frozen=True, slots=True)
class Edits:
    """What is to be judged.

    Args:
        pairs: the edits of all systems, in the order of the page.
        questions: how many questions they are of.
        unpaired: questions left out because not every system answered them by a picture.
        beyond: questions left out because a page has at most `MAX_PAIRS` edits.
    """

    pairs: Sequence[Pair]
    questions: int
    unpaired: int
    beyond: int

    @property
    def left_out(self) -> str:
        """How many questions are left out and why, in words; empty where none is."""
        reasons = {
            "not every log answers it by a picture": self.unpaired,
            f"a page has at most {MAX_PAIRS} edits": self.beyond,
        }
        said = [f"{count} because {why}" for why, count in reasons.items() if count]
        return f"questions left out: {', '.join(said)}" if said else ""


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


def edits_of(evaluations: Sequence[Evaluation]) -> Edits:
    """The edits of some evaluations, by question, at most `MAX_PAIRS` of them.

    Raises:
        InputError: no question was answered by a picture in all of them, or a run or picture is
            gone.
    """
    every = [_edited(one) for one in evaluations]
    asked = sorted(set[str]().union(*every), key=_order)
    shared = [one for one in asked if all(edits.get(one) is not None for edits in every)]
    chosen = shared[: MAX_PAIRS // len(evaluations)]
    if not chosen:
        raise InputError(
            "there is no edit to judge",
            hint="give logs of the suite editing, several only of the same questions",
        )
    thumbnails = Thumbnails()
    found = [edit for edits in every for one in chosen if (edit := edits[one]) is not None]
    pairs = {one.key: _pair(one, thumbnails) for one in found}
    return Edits(
        [pairs[key] for key in sorted(pairs)],
        len(chosen),
        len(asked) - len(shared),
        len(shared) - len(chosen),
    )


def render(edits: Edits) -> str:
    """The page of some edits."""
    style, script = ((_HERE / name).read_text("utf-8") for name in ("page.css", "blind.js"))
    return _template().render(
        pairs=edits.pairs,
        left_out=edits.left_out,
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


@dataclass(frozen=True, slots=True)
class _Edit:
    """An answer that is a picture."""

    key: str
    result: Result
    picture: Image


def _edited(evaluation: Evaluation) -> dict[str, _Edit | None]:
    """The edit of each question; None where there is none."""
    edits: dict[str, _Edit | None] = {}
    for one in evaluation.results:
        value = one.record.given().value
        name = f"{one.question.id}: {one.question.request}"
        is_edit = isinstance(value, Image)
        edits[name] = _Edit(key_of(evaluation, one), one, value) if is_edit else None
    return edits


def _order(question: str) -> str:
    """What questions are chosen by: nothing that they are about."""
    return blake3(question.encode()).hexdigest()


def _pair(edit: _Edit, thumbnails: Thumbnails) -> Pair:
    before = thumbnails.of(read_image(edit.result.question.images[0]))
    after = thumbnails.of(edit.picture)
    assert before is not None, "the page has room for the pictures of all its edits"
    assert after is not None, "the page has room for the pictures of all its edits"
    return Pair(edit.key, edit.result.question.request, before, after)


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((_HERE / "blind.html").read_text("utf-8"))
