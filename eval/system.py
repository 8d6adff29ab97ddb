"""`System`: what is evaluated, an agent with its planner and tools; and its baselines."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..agent.agent import Agent
from ..agent.answer import Answer
from ..agent.graph.dependencies import Limits
from ..agent.planners.connect import planner_from
from ..agent.planners.embedded.model import base_path
from ..agent.planners.failures import CallFailedError
from ..agent.planners.offline import OfflinePlanner
from ..agent.planners.planner import Planner
from ..agent.words import words_of
from ..tools.errors import ModelError, ViscriptError
from ..tools.toolbox import Toolbox
from ..tools.values import ImageLike
from .emptied import EmptiedToolbox
from .plans import RememberingPlanner
from .record import Record
from .truth import answer_with

if TYPE_CHECKING:
    from .suites.suite import Question, Suite

ASK_ALONE = "ask alone"
EMPTIED = "emptied tools"
RETRIES = 2
"""How often a question is put again when a model failed: a server or a full memory may recover.

inspect's own `retry_on_error` puts such a question at the end of its queue. When a server is gone,
the evaluation would go through all questions twice before enough have failed to end it.
"""
PAUSE = 5.0
"""Seconds before that."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a system is made of.

    Args:
        profile: whose tools it uses.
        planner: who writes the programs.
        base_url: the server of a chat model; empty for its provider's own.
        votes: how many programs are written for a question; the most frequent answer counts.
        yes: tools may run that cost money or ask for approval.
        adapter: another adapter of the embedded planner than viscript's own; empty for that.
    """

    profile: str = "embedded"
    planner: str = "embedded"
    base_url: str = ""
    votes: int = 1
    yes: bool = False
    adapter: str = ""

    @property
    def planned_by(self) -> str:
        """The planner, and what it does differently than by default."""
        parts = [f"adapter {self.adapter}"] if self.adapter else []
        parts += [f"{self.votes} votes"] if self.votes != 1 else []
        return f"{self.planner} ({', '.join(parts)})" if parts else self.planner


class System:
    """Answers a suite's questions; models are loaded with the first one.

    Args:
        suite: the questions' suite.
        settings: what it is made of.
        folder: where the runs are kept.
        threads: where open requests are kept; None for that folder.

    Raises:
        InputError: there is no such profile or planner.
        ModelError: the planner's package, model or API key is missing.
    """

    def __init__(
        self, suite: Suite, settings: Settings, folder: Path, *, threads: Path | None = None
    ) -> None:
        self._suite = suite
        self._yes = settings.yes
        self._limits = Limits(votes=settings.votes)
        self._runs = folder / "runs"
        self._threads = threads or folder / "threads"
        self._planner = _planner(settings)
        self._agent = self._new_agent(Toolbox.load(settings.profile))

    async def answer(self, question: Question) -> Record:
        """The answer to a question, and what the baselines answer.

        Raises:
            ViscriptError: a picture or a model can't be used, so that this is no answer.
        """
        agent = await asyncio.to_thread(self._agent_for, question)
        pictures = self._pictures(question)
        answer, seconds = await _asked(agent, pictures, question.request)
        baselines: Mapping[str, str] = {}
        if self._suite.toolbox is None:
            baselines = await asyncio.to_thread(
                _baselines, agent.toolbox, pictures, question.request, answer.program, yes=self._yes
            )
        return Record.of(answer, seconds, baselines)

    def _agent_for(self, question: Question) -> Agent:
        if self._suite.toolbox is None:
            return self._agent
        return self._new_agent(self._suite.toolbox(question))

    def _new_agent(self, toolbox: Toolbox) -> Agent:
        # A second look changes no answer, only the confidence in it.
        return Agent(
            toolbox,
            self._planner,
            approve=lambda _: self._yes,
            limits=self._limits,
            cross_check=False,
            runs=self._runs,
            threads=self._threads,
        )

    def _pictures(self, question: Question) -> Sequence[ImageLike]:
        if self._suite.pictures is not None:
            return self._suite.pictures(question)
        return list(question.images)


async def _asked(agent: Agent, pictures: Sequence[ImageLike], request: str) -> tuple[Answer, float]:
    """The agent's answer, and the seconds that it took when no model failed.

    Raises:
        ViscriptError: as `System.answer`, after `RETRIES`.
    """
    left = RETRIES
    while True:
        began = time.monotonic()
        try:
            answer = await agent.aask(pictures, request)
        except ModelError as error:
            lasting = isinstance(error, CallFailedError) and not error.passing
            if lasting or not left:
                raise
            left -= 1
            await asyncio.sleep(PAUSE)
        else:
            return answer, time.monotonic() - began


def why_not_alone(toolbox: Toolbox, *, yes: bool) -> str:
    """Why `ask` may not be called by itself, in a few words; empty when it may, or is not there.

    Args:
        toolbox: may offer it.
        yes: tools may run that cost money or ask for approval.
    """
    contract = toolbox.offered.get("ask")
    return "" if contract is None or yes else contract.approval


def _planner(settings: Settings) -> Planner:
    given = {"base_url": settings.base_url, "adapter": settings.adapter}
    options = {name: one for name, one in given.items() if one}
    planner = planner_from(settings.planner, **options)
    if not isinstance(planner, OfflinePlanner):
        return planner
    # Refuses at once, not question by question.
    base_path()
    return RememberingPlanner(planner)


def _baselines(
    toolbox: Toolbox, pictures: Sequence[ImageLike], request: str, program: str, *, yes: bool
) -> Mapping[str, str]:
    """What the same program answers when tools see nothing, and what `ask` answers by itself."""
    opened = [toolbox.image(one) for one in pictures]
    found = {EMPTIED: answer_with(EmptiedToolbox(toolbox), program, opened).text}
    if toolbox.offers("ask") and len(opened) == 1 and not why_not_alone(toolbox, yes=yes):
        try:
            found[ASK_ALONE] = words_of(toolbox.call("ask", opened[0], request))
        except ViscriptError:
            # A model that fails has given no answer.
            found[ASK_ALONE] = ""
    return found
