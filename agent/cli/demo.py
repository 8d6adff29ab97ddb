"""`viscript demo`: a question and an edit, in words, about a photo that comes with viscript."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .following import followed, show_outcome
from .options import JsonOption, RunsOption
from .planner_options import planner_of
from .terminal import Terminal

if TYPE_CHECKING:
    from ...tools.cancellation import Cancellation
    from ..agent import Agent
    from ..answer import Answer

PHOTO = Path(__file__).parents[1] / "demo" / "astronaut.jpg"
REQUESTS = ("What is the main colour of the person?", "Blur the background behind the person")


def demo(runs: RunsOption = None, json: JsonOption = False) -> None:
    """Answer a question about a photo, and edit it. Real models, no network.

    Both are asked in words; the planner that comes with viscript writes the programs. The second
    one finds the same person as the first: look for what comes from the cache.

    Example: viscript demo
    """
    from ...tools.cancellation import Cancellation
    from .run import interrupts

    terminal = Terminal(json)
    cancellation = Cancellation()
    planner = planner_of(terminal, "embedded")
    with terminal.working(), interrupts(cancellation):
        from ..agent import Agent

        agent = Agent(planner=planner, runs=runs)
        answers = [_asked(request, agent, cancellation, terminal) for request in REQUESTS]
    terminal.json({"runs": [one.to_json() for one in answers]})
    if not all(one.ok for one in answers):
        raise typer.Exit(1)


def _asked(request: str, agent: Agent, cancellation: Cancellation, terminal: Terminal) -> Answer:
    """Asks, and shows what a person would have typed."""
    terminal.line((f'viscript ask {PHOTO.name} "{request}"', "bold"))
    answer = followed(terminal, agent.stream(PHOTO, request, cancellation=cancellation))
    show_outcome(terminal, answer)
    terminal.line()
    return answer
