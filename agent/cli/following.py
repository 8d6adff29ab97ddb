"""Showing a request while it is worked on, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ...tools.errors import PolicyError
from .run import show_answer, show_failure, step_spans
from .terminal import Terminal

if TYPE_CHECKING:
    from ..agent import AskEvent
    from ..answer import Answer

UNSURE = 0.5
"""An answer with less confidence than this is said to be unsure."""


def followed(terminal: Terminal, events: Iterator[AskEvent]) -> Answer:
    """Shows what happens, and returns the answer.

    Raises:
        PolicyError: someone must agree first.
    """
    from ..agent import Answered, Approval

    show = shows_events(terminal)
    for event in events:
        if isinstance(event, Answered):
            return event.answer
        if isinstance(event, Approval):
            named = ", ".join(f"{name} ({why})" for name, why in event.tools.items())
            raise PolicyError(
                f"the program calls {named}",
                hint=f"allow it with: viscript ask --resume {event.thread} --yes",
            )
        show(event)
    raise AssertionError("the request ended without an answer")


def shows_events(terminal: Terminal) -> Callable[[AskEvent], None]:
    """Shows a program line by line as it is written, then what becomes of it."""
    from ..graph.events import Checked, Drawing, PlanToken, PlanWritten, Replanned, StepFinished

    heard: list[str] = []

    def program_line(text: str) -> None:
        terminal.line(("  | ", "dim"), text)

    def show(event: AskEvent) -> None:
        match event:
            case PlanToken(text=text):
                *whole, rest = ("".join(heard[-1:]) + text).split("\n")
                heard[-1:] = [*whole, rest]
                for line in whole:
                    program_line(line)
            case PlanWritten(source=source):
                lines = heard[-1:] if heard else source.rstrip().split("\n")
                for line in lines:
                    if line.strip():
                        program_line(line)
                heard.clear()
            case Checked(ok=True, diagnostics=diagnostics):
                for one in diagnostics:
                    terminal.note(f"line {one['line']}: {one['message']}")
            case StepFinished():
                terminal.line(*step_spans(event), cut=True)
            case Replanned(why=why):
                terminal.note(f"again, because {why}")
            case Drawing(number=number, votes=votes):
                terminal.note(f"program {number} of {votes}")
            case _:
                pass

    return show


def show_outcome(terminal: Terminal, answer: Answer, saved: Path | None = None) -> None:
    """Shows an answer with its doubts, or why there is none.

    Args:
        terminal: where to.
        answer: what came of the request.
        saved: the file that a picture was saved in.
    """
    if answer.ok and answer.details is not None:
        show_answer(terminal, answer.details, saved)
        if len(answer.votes) == 1 and not answer.doubts:
            terminal.note(f"all {answer.votes[0]['programs']} programs came to this answer")
        _show_doubts(terminal, answer)
        return
    if answer.details is not None and not answer.details.ok:
        show_failure(terminal, answer.details)
    if answer.error is not None:
        terminal.error(f"{answer.error.message} ({answer.error.hint})")


def _show_doubts(terminal: Terminal, answer: Answer) -> None:
    """Shows why an answer may be wrong, and what it rests on; of a sure one, nothing."""
    if not answer.doubts or answer.confidence is None:
        return
    sure = f"confidence {answer.confidence:.2f}"
    if answer.confidence < UNSURE:
        terminal.note(f"not sure of this: {sure}", "yellow")
    else:
        terminal.note(sure)
    for doubt in answer.doubts:
        terminal.note(doubt)
    if answer.evidence.summary:
        terminal.note(f"evidence: {answer.evidence.summary}")
