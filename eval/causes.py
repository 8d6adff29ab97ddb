"""Why an answer is wrong, by rules; VisProg's paper (2023, section 5.1) did it by hand.

no program            the planner wrote none
check failed          its last program did not pass the check
step failed           its last program passed, and failed while it ran
declined              the program says that there is no tool for the question
wrong answer form     a right answer in more words, or one of another kind (yes for a number); only
                      where words are scored, and no other choice was meant
tool's wrong result   with true results of all tools the same program answers right
wrong program         with true results of all tools the same program answers wrong
program or tool       either: too little of the truth about the picture is known
"""

from __future__ import annotations

from collections.abc import Sequence

from ..agent.graph.expectations import declines
from .metrics.choice import chosen
from .metrics.vqa import normalised
from .record import Record
from .suites.suite import Question, Suite

CAUSES = (
    *("no program", "check failed", "step failed", "declined", "wrong answer form"),
    *("tool's wrong result", "wrong program", "program or tool"),
)
RIGHT = 0.5
"""The least score of an answer that counts as right where right and wrong are told apart: of VQA's
ten people, two gave it."""


def cause_of(suite: Suite, question: Question, record: Record) -> str:
    """One of `CAUSES`, for an answer that is wrong."""
    if record.failure:
        return record.failure
    if declines(record.text):
        return "declined"
    if suite.toolbox is not None:
        # The tools answer from the truth: only the program can be wrong.
        return "wrong program"
    true = suite.truth(question, record.program) if suite.truth is not None else None
    if true is not None and suite.score(question, true) >= RIGHT:
        return "tool's wrong result"
    if suite.words and _has_wrong_form(record.text, question):
        return "wrong answer form"
    return "program or tool" if true is None else "wrong program"


def _has_wrong_form(text: str, question: Question) -> bool:
    """Whether an answer contains a right one, or is of a kind that none of the right ones is.

    What means another choice, by its letter or its words, is wrong and not only in form.
    """
    choices: Sequence[str] = question.truth.get("choices", ())
    if chosen(text, choices) is not None:
        return False
    given, right = normalised(text), [normalised(one) for one in question.answers]
    padded = f" {given} "
    contains = any(one and one != given and f" {one} " in padded for one in right)
    return contains or form_of(given) not in {form_of(one) for one in right}


def form_of(text: str) -> str:
    """yes/no, number or words."""
    if text in ("yes", "no"):
        return "yes/no"
    return "number" if text.replace(".", "", 1).isdecimal() else "words"
