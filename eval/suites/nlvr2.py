"""`nlvr2`: is a sentence true of two pictures? (Suhr et al., 2019).

The folder has one file of the official repository (`dev.json`, `test1.json`: an object of JSON a
line) and its pictures, `dev-850-0-img0.png` and `-img1.png`: beside it, in a folder with the name
of the split, or in `images/train/DIRECTORY` as the training split is published.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter

from ...tools.errors import InputError, one_line
from ..metrics.exact import consistency as consistency_of_groups
from ..metrics.exact import exact_match
from . import needed
from .published import only, parsed_lines
from .suite import Given, Question, Scored, Suite

ANSWERS = {"true": ["yes", "true"], "false": ["no", "false"]}
"""What is right for each label."""
# Longer names can't be those of files.
_IDENTIFIER = re.compile(r"(\w{1,16})-(\d{1,9})-(\d{1,9})-(\d{1,9})", re.ASCII)


class _Example(BaseModel):
    """A line of the file."""

    identifier: str
    sentence: str
    label: str
    directory: Annotated[int, Field(ge=0, lt=10**9)] | None = None


def read(data: Path | None) -> list[Question]:
    """The sentences, those on a pair of pictures together.

    Raises:
        InputError: the folder or the file is missing or is something else.
    """
    folder = needed(data, "the folder with NLVR2's sentences and pictures")
    path = only(folder, "*.json", "*.jsonl")
    examples = parsed_lines(path, TypeAdapter(_Example), "NLVR2's sentences")
    return [_question(path, one) for one in sorted(examples, key=lambda one: one.identifier)]


def _question(path: Path, example: _Example) -> Question:
    parts = _IDENTIFIER.fullmatch(example.identifier)
    right = ANSWERS.get(example.label.lower())
    if parts is None or right is None:
        named = one_line(f"{example.identifier} ({example.label})", 80)
        raise InputError(
            f"{path}: {named} is not an example of NLVR2",
            hint="an identifier is as dev-850-0-1, a label True or False",
        )
    split, of_sentence, pair, number = parts.groups()
    return Question(
        id=example.identifier,
        images=_pictures(path.parent, split, f"{split}-{of_sentence}-{pair}", example.directory),
        request=f"Is it true? {example.sentence}",
        answers=right,
        group=f"{split}-{of_sentence}-{number}",
    )


def _pictures(folder: Path, split: str, pair: str, directory: int | None) -> Sequence[Path]:
    """The left and the right picture, where they are; beside the file when they are nowhere."""
    places = [folder, folder / split, folder / "images" / split]
    if directory is not None:
        places += [place / str(directory) for place in (*places,)]
    named = [f"{pair}-img0.png", f"{pair}-img1.png"]
    place = next((one for one in places if (one / named[0]).exists()), folder)
    return [place / one for one in named]


def score(question: Question, given: Given) -> float:
    """1 when yes or no is right; true and false will do."""
    return exact_match(given.text, question.answers)


def consistency(scored: Sequence[Scored]) -> float:
    """The share of sentences that are judged right on each of their pairs of pictures."""
    return consistency_of_groups((one.question.group, one.score) for one in scored)


SUITE = Suite(
    "nlvr2",
    "NLVR2 (Suhr et al., 2019), accuracy",
    read,
    score,
    measures={"consistency": consistency},
)
