"""`Suite`: questions about pictures, what counts as a right answer, and how right an answer is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...tools.toolbox import Toolbox
from ...tools.values import ImageLike


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Args:
        id: names it within its suite, the same each time.
        images: the files of its pictures; () when the suite draws them.
        request: the question, in words.
        answers: the right answer, or those that people gave.
        kind: the type of question, for the report.
        group: questions of a group count together, as in NLVR2's consistency; may be empty.
        truth: what else the suite needs to judge an answer, as JSON; `choices` are the words of a
            question with several to choose from.
        counts: its score counts; False where it is asked for the suite's measures only.
    """

    id: str
    images: Sequence[Path]
    request: str
    answers: Sequence[str]
    kind: str = "all"
    group: str = ""
    truth: Mapping[str, Any] = field(default_factory=dict[str, Any])
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered.

    Args:
        text: the answer in words; empty when there is none.
        value: the same as a value.
        program: the program that it comes from; empty when there is none.
        run: the folder of its run, where the steps are; empty when there is none.
    """

    text: str = ""
    value: object = None
    program: str = ""
    run: str = ""


Score = Callable[[Question, Given], float]
"""How right an answer is, 0 to 1."""
Details = Callable[[Question, Given], Mapping[str, Any]]
"""What is kept of an answer beside its score, as JSON."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A question that was answered, how right that was, and the suite's details of the answer."""

    question: Question
    score: float
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Suite:
    """A suite. To add one, write a module with a `SUITE`, and name it in `suites/__init__.py`.

    Args:
        name: as people type it.
        title: what it is, with its paper.
        read: its questions, from the folder or file that the user named; None where none was.
        score: its metric for one question.
        details: what `measures` need of an answer besides its score; None for nothing.
        measures: what is told about all questions besides the mean score, by name; a measure that
            no question tells anything about is NaN.
        pictures: draws the pictures of a question; None: they are files.
        toolbox: the tools for a question; None: those of the profile.
        truth: what a program answers when each tool's result is the true one, so that an error of
            the tools can be told from one of the program; None where the truth is not known.
        words: answers are scored by their words; False where only regions or pictures are right.
    """

    name: str
    title: str
    read: Callable[[Path | None], Sequence[Question]]
    score: Score
    details: Details | None = None
    measures: Mapping[str, Callable[[Sequence[Scored]], float]] = field(
        default_factory=dict[str, Callable[[Sequence[Scored]], float]]
    )
    pictures: Callable[[Question], Sequence[ImageLike]] | None = None
    toolbox: Callable[[Question], Toolbox] | None = None
    truth: Callable[[Question, str], Given | None] | None = None
    words: bool = True
