"""What is kept of a turn that is over."""

from __future__ import annotations

from collections.abc import Mapping

from ...tools.errors import one_line
from ..answer import Answer
from ..runs.run import Run
from ..words import words_of
from .edits import edits_of, view_of
from .mentions import mentions_of
from .state import OpenState, TurnState
from .topic import Topic

MAX_ANSWER = 400
"""Characters of an answer that is shown to planners again."""


def turn_of(answer: Answer, opened: OpenState, number: int) -> TurnState:
    """A turn, without what it changed: `edited` is filled in when the pictures are kept.

    Args:
        answer: what came of it.
        opened: the turn while it was worked on.
        number: of the turn, from 1.
    """
    run = answer.details
    ok = answer.ok and run is not None
    return TurnState(
        number=number,
        said=opened["said"],
        request=opened["request"],
        program=answer.program,
        answer=one_line(words_of(answer.value) if answer.ok else answer.text, MAX_ANSWER),
        ok=ok,
        run="" if answer.run is None else str(answer.run),
        names=[] if run is None else list(run.names),
        edited=[],
        view=_view(answer, run) if ok and run is not None else "",
        undone=False,
        focus=opened["focus"],
        mentions=[]
        if run is None
        else mentions_of(opened["request"], run, opened["known"], number),
        confidence=answer.confidence,
        doubts=[one_line(one) for one in answer.doubts],
    )


def with_bases(turn: TurnState, topic: Topic, known: Mapping[str, str]) -> None:
    """Notes what the regions that a turn took from an earlier one had been chosen from."""
    bases = {
        mention.value: mention.every
        for earlier in topic.turns
        for mention in earlier.mentions
        if mention.every
    }
    for one in turn["mentions"]:
        if not one["base"]:
            one["base"] = bases.get(known.get(one["noun"], ""), "")


def _view(answer: Answer, run: Run) -> str:
    """The file of a picture that only shows the answer; empty when there is none."""
    if edits_of(answer.request, run):
        return ""
    path = view_of(run)
    return "" if path is None else str(path)
