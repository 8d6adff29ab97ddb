"""`scenes`: the planner's held-out requests, on pictures whose contents are known.

Tools answer from descriptions, so only programs are judged: one is right when it gives the answers
of the reference program on every scene that is drawn for the reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...agent.training.accuracy import is_right
from ...agent.training.held_out import held_out_pairs
from ...agent.training.scene_maker import Mentions, scenes_for
from ...agent.training.scene_tools import scene_toolbox
from ...agent.training.scenes import Scene
from ...tools.errors import InputError
from ...tools.toolbox import Toolbox
from ...tools.values import Image
from .suite import Given, Question, Suite


def read(data: Path | None) -> list[Question]:
    """The held-out requests.

    Raises:
        InputError: a folder was named: the requests come with viscript.
    """
    if data is not None:
        raise InputError("the suite scenes comes with its requests", hint="leave --data out")
    return [
        Question(
            id=f"{number:03}",
            images=[],
            request=pair.request,
            answers=[pair.program],
            kind=pair.category,
            truth={"images": pair.images},
        )
        for number, pair in enumerate(held_out_pairs(), 1)
    ]


def score(question: Question, given: Given) -> float:
    """1 when the program answers like the reference on every scene."""
    return float(is_right(given.program, question.answers[0], question.truth["images"]))


def pictures(question: Question) -> Sequence[Image]:
    """The pictures of the first scenes."""
    return [scene.picture for scene in _scenes(question)]


def toolbox(question: Question) -> Toolbox:
    """Tools that see the first scenes."""
    return scene_toolbox(_scenes(question), Mentions.of(question.answers[0]).words)


def _scenes(question: Question) -> Sequence[Scene]:
    return scenes_for(Mentions.of(question.answers[0]), 1, question.truth["images"], seed=0)[0]


SUITE = Suite(
    "scenes",
    "held-out requests on symbolic scenes, execution accuracy",
    read,
    score,
    pictures=pictures,
    toolbox=toolbox,
)
