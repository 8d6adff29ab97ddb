"""`viscript ask`: answers a request about pictures, and shows how."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...tools.errors import InputError, PolicyError, ViscriptError
from .options import (
    ForceOption,
    JsonOption,
    NoCacheOption,
    OutputOption,
    ProfileOption,
    RunsOption,
)
from .run import interrupts, show_answer, show_failure, step_spans
from .terminal import Terminal

if TYPE_CHECKING:
    from ...tools.cancellation import Cancellation
    from ..agent import Agent, Approval, AskEvent
    from ..answer import Answer
    from ..planners.planner import Planner

UNSURE = 0.5
"""An answer with less confidence than this is said to be unsure."""


def ask(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="IMAGE... REQUEST",
            help="The pictures, then what to find out or to do, in quotes.",
            show_default=False,
        ),
    ] = None,
    profile: ProfileOption = "embedded",
    planner: Annotated[
        str,
        typer.Option(
            "--planner",
            metavar="NAME",
            help="Who writes the program: embedded, or a chat model as provider:model.",
        ),
    ] = "embedded",
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url",
            metavar="URL",
            help="The server of the chat model, such as vLLM's or llama.cpp's.",
            show_default=False,
        ),
    ] = None,
    show_images: Annotated[
        bool,
        typer.Option("--show-images", help="Send the pictures, downscaled, to the chat model."),
    ] = False,
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume",
            metavar="THREAD",
            help="Go on with a request that was stopped, instead of a new one.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Allow tools that cost money or ask for approval.")
    ] = False,
    output: OutputOption = None,
    force: ForceOption = False,
    runs: RunsOption = None,
    no_cache: NoCacheOption = False,
    json: JsonOption = False,
) -> None:
    """Answer a request about pictures. Shows the program as it is written, each step, the answer.

    One picture is called image in the program, two are left and right, and all are images.

    Examples:

        viscript ask photo.jpg "How many people are there?"

        viscript ask left.jpg right.jpg "Which picture has more dogs?"

        viscript ask photo.jpg "Blur the background" --output blurred.png
    """
    from ...tools.cache import MemoryCache
    from ...tools.cancellation import Cancellation
    from ...tools.toolbox import Toolbox
    from .pictures import check_output

    images, request = _split(words or [], resume)
    check_output(output, force)
    terminal = Terminal(json)
    cancellation = Cancellation()
    thread = resume or _new_thread()
    with terminal.working(), interrupts(cancellation):
        from ..agent import Agent

        agent = Agent(
            Toolbox.load(profile, cache=MemoryCache() if no_cache else "default"),
            _planner(planner, base_url, show_images),
            approve=_approval(terminal, yes),
            runs=runs,
        )
        with _resumable(terminal, thread):
            if resume is None:
                events = agent.stream(images, request, thread=thread, cancellation=cancellation)
            else:
                events = _resumed(agent, thread, yes, cancellation)
            answer = _followed(terminal, events)
    _finish(terminal, answer, output, force)
    if not answer.ok:
        raise typer.Exit(1)


def _split(words: list[str], resume: str | None) -> tuple[list[str], str]:
    """The pictures and the request.

    Raises:
        InputError: one of them is missing, or they are given with --resume.
    """
    if resume is not None:
        if words:
            raise InputError("--resume goes on with an earlier request, so it takes no new one")
        return [], ""
    if not words:
        raise InputError("give pictures and a request", hint='as in: photo.jpg "How many dogs?"')
    *images, request = words
    if not images or Path(request).is_file():
        raise InputError(
            "there is no request" if Path(request).is_file() else "there is no picture",
            hint='pictures come first, then the request: photo.jpg "How many dogs?"',
        )
    return images, request


def _new_thread() -> str:
    from ..runs.folder import new_name

    return new_name()


def _planner(name: str, base_url: str | None, show_images: bool) -> Planner:
    """The planner, with the settings that were given."""
    from ..planners.connect import planner_from

    settings: dict[str, Any] = {"base_url": base_url, "show_images": show_images or None}
    return planner_from(name, **{key: one for key, one in settings.items() if one is not None})


def _approval(terminal: Terminal, yes: bool) -> Callable[[Approval], bool] | None:
    """How approval is given: always, by a person at the terminal, or not in this process."""
    if yes:
        return lambda _: True
    if terminal.as_json or not sys.stdin.isatty():
        return None

    def confirm(approval: Approval) -> bool:
        for name, why in approval.tools.items():
            terminal.line((f"{name}: ", "bold"), why)
        return typer.confirm("Run this program?", default=False)

    return confirm


def _resumed(
    agent: Agent, thread: str, yes: bool, cancellation: Cancellation
) -> Iterator[AskEvent]:
    """The events of a request that goes on; one that waits for approval has it by --yes."""
    approved = True if yes and agent.waits(thread) else None
    return agent.resume_stream(thread, approved=approved, cancellation=cancellation)


@contextmanager
def _resumable(terminal: Terminal, thread: str) -> Generator[None]:
    """Says how to go on when the block ends with an error that may pass."""
    try:
        yield
    except (InputError, PolicyError):
        raise
    except ViscriptError:
        terminal.note(f"go on with: viscript ask --resume {thread}")
        raise


def _followed(terminal: Terminal, events: Iterator[AskEvent]) -> Answer:
    """Shows what happens, and returns the answer.

    Raises:
        PolicyError: someone must agree first.
    """
    from ..agent import Answered, Approval

    show = _shows(terminal)
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


def _shows(terminal: Terminal) -> Callable[[AskEvent], None]:
    """Shows a program line by line as it is written, then what becomes of it."""
    from ..graph.events import Checked, PlanToken, PlanWritten, Replanned, StepFinished

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
            case _:
                pass

    return show


def _finish(terminal: Terminal, answer: Answer, output: Path | None, force: bool) -> None:
    """Saves the answer when it is a picture that the user wants, and shows how it ended."""
    from ...tools.values import Image
    from .pictures import save_picture

    saved = None
    if output is not None and isinstance(answer.value, Image):
        saved = save_picture(answer.value, output, force, output.stem)
    if answer.ok and answer.details is not None:
        show_answer(terminal, answer.details, saved)
        if answer.confidence is not None and answer.confidence < UNSURE:
            terminal.note("not sure of this:", "yellow")
        for doubt in answer.doubts:
            terminal.note(doubt)
        if output is not None and saved is None:
            terminal.note(f"the answer is no picture, so nothing was saved in {output}")
    else:
        if answer.details is not None and not answer.details.ok:
            show_failure(terminal, answer.details)
        if answer.error is not None:
            terminal.error(f"{answer.error.message} ({answer.error.hint})")
    data = answer.to_json()
    terminal.json(data | {"output": None if saved is None else str(saved.absolute())})
