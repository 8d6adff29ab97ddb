"""`viscript ask`: answers a request about pictures, and shows how."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...tools.errors import InputError, PolicyError, ViscriptError
from .following import followed, show_outcome
from .loading import showing_loads
from .options import (
    CrossCheckOption,
    ForceOption,
    JsonOption,
    NoCacheOption,
    OtherProfileOption,
    OtherVotesOption,
    OutputOption,
    RunsOption,
)
from .planner_options import (
    AdapterOption,
    BaseUrlOption,
    MaxTokensOption,
    PlannerOption,
    PricesOption,
    ShowImagesOption,
    TemperatureOption,
    planner_of,
)
from .run import interrupts
from .terminal import Terminal

if TYPE_CHECKING:
    from ...tools.cancellation import Cancellation
    from ..agent import Agent, Approval, AskEvent
    from ..answer import Answer
    from ..setup import Setup


def ask(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="IMAGE... REQUEST",
            help="The pictures, then what to find out or to do, in quotes.",
            show_default=False,
        ),
    ] = None,
    profile: OtherProfileOption = None,
    planner: PlannerOption = None,
    base_url: BaseUrlOption = None,
    temperature: TemperatureOption = None,
    max_tokens: MaxTokensOption = None,
    prices: PricesOption = None,
    adapter: AdapterOption = None,
    show_images: ShowImagesOption = False,
    cross_check: CrossCheckOption = True,
    votes: OtherVotesOption = None,
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume",
            metavar="THREAD",
            help="Go on with a request that was stopped, as it was asked but for these options.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Allow tools that cost money, send pictures away or ask.")
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
    before = _asked_with(resume)
    seated = planner_of(
        terminal,
        planner,
        base_url=base_url,
        show_images=show_images,
        temperature=temperature,
        max_tokens=max_tokens,
        prices=prices,
        adapter=adapter,
        before=before,
    )
    with terminal.working(), interrupts(cancellation):
        from ..agent import Agent
        from ..graph.dependencies import Limits

        toolbox = Toolbox.load(
            profile or before.profile or "embedded", cache=MemoryCache() if no_cache else "default"
        )
        agent = Agent(
            showing_loads(toolbox, terminal),
            seated,
            approve=_approval(terminal, yes),
            cross_check=cross_check,
            limits=Limits(votes=votes or before.votes),
            runs=runs,
        )
        with _resumable(terminal, thread):
            if resume is None:
                events = agent.stream(images, request, thread=thread, cancellation=cancellation)
            else:
                events = _resumed(agent, thread, yes, cancellation)
            answer = followed(terminal, events)
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


def _asked_with(resume: str | None) -> Setup:
    """What the request that goes on was asked with; of a new one, the defaults.

    Raises:
        InputError: there can be no such request.
    """
    from ..setup import Setup, setup_in

    if resume is None:
        return Setup()
    from ...tools.folders import threads_folder
    from ..graph.threads import FILES, Threads

    return setup_in(threads_folder() / FILES / Threads.of_request(resume))


def _new_thread() -> str:
    from ..runs.folder import new_name

    return new_name()


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


def _finish(terminal: Terminal, answer: Answer, output: Path | None, force: bool) -> None:
    """Saves the answer when it is a picture that the user wants, and shows how it ended."""
    from ...tools.values import Image
    from .pictures import save_picture

    saved = None
    if output is not None and isinstance(answer.value, Image):
        saved = save_picture(answer.value, output, force, output.stem)
    show_outcome(terminal, answer, saved)
    if answer.ok and output is not None and saved is None:
        terminal.note(f"the answer is no picture, so nothing was saved in {output}")
    data = answer.to_json()
    terminal.json(data | {"output": None if saved is None else str(saved.absolute())})
