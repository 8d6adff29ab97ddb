"""`viscript chat`: a conversation about pictures in the terminal, or through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from ...tools.errors import CancelledError, InputError, ViscriptError
from .failures import INTERRUPTED
from .loading import showing_loads
from .options import CrossCheckOption, JsonOption, NoCacheOption, OtherProfileOption, RunsOption
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
    from ..agent import Approval
    from ..chat.chat import Chat
    from ..chat.state import ChatState
    from ..setup import Setup
    from .conversation import Conversation

LATEST = "last"


def chat(
    images: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="IMAGE...",
            help="The pictures to talk about; needed where the conversation is new.",
            show_default=False,
        ),
    ] = None,
    thread: Annotated[
        str | None,
        typer.Option(
            "--thread",
            metavar="NAME",
            help="Go on with the conversation of this name (last: the latest), or begin it.",
            show_default=False,
        ),
    ] = None,
    threads: Annotated[
        bool, typer.Option("--threads", help="List the conversations, and end.")
    ] = False,
    profile: OtherProfileOption = None,
    planner: PlannerOption = None,
    base_url: BaseUrlOption = None,
    temperature: TemperatureOption = None,
    max_tokens: MaxTokensOption = None,
    prices: PricesOption = None,
    adapter: AdapterOption = None,
    show_images: ShowImagesOption = False,
    cross_check: CrossCheckOption = True,
    yes: Annotated[
        bool, typer.Option("--yes", help="Allow tools that cost money, send pictures away or ask.")
    ] = False,
    runs: RunsOption = None,
    no_cache: NoCacheOption = False,
    json: JsonOption = False,
) -> None:
    """Talk about pictures. Follow-ups may refer to what was said before; edits build on each other.

    Say "undo that" to take an edit back, and /help for the commands. Ctrl-C stops what is being
    worked on, Ctrl-D leaves; the conversation is kept. With --json each turn is one object.

    Examples:

        viscript chat photo.jpg

        viscript chat --thread last

        printf 'how many people?\\n/program\\n' | viscript chat photo.jpg
    """
    from ...tools.cache import MemoryCache
    from ...tools.toolbox import Toolbox

    terminal = Terminal(json)
    if threads:
        _list(terminal)
        return
    with terminal.working():
        from ..agent import Agent

        if thread == LATEST:
            thread = _latest()
        before = _talked_with(thread)
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
        toolbox = Toolbox.load(
            profile or before.profile or "embedded", cache=MemoryCache() if no_cache else "default"
        )
        agent = Agent(
            showing_loads(toolbox, terminal),
            seated,
            approve=_approval(terminal, yes),
            cross_check=cross_check,
            runs=runs,
        )
        talk = agent.chat(images or [], thread=thread)
    raise typer.Exit(_talk(terminal, talk))


def _talk(terminal: Terminal, talk: Chat) -> int:
    """The conversation, message after message; returns the exit code."""
    from .conversation import Conversation
    from .message_input import Messages

    people = sys.stdin.isatty() and not terminal.as_json
    conversation = Conversation(terminal, talk, people)
    messages = Messages(people)
    failed = False
    conversation.greet()
    if talk.unfinished is not None:
        terminal.note(f'going on with "{talk.unfinished}"')
        failed |= not _answered(conversation, None)
    while True:
        try:
            message = messages.next()
        except KeyboardInterrupt:
            if not people:
                return INTERRUPTED
            terminal.line()
            continue
        if message is None:
            break
        if not message.strip():
            continue
        if not people:
            terminal.line(("> ", "dim"), (message.strip(), "bold"))
        failed |= not _answered(conversation, message)
        if conversation.over:
            break
    terminal.note(f"go on with: viscript chat --thread {talk.thread}")
    return 1 if failed and not people else 0


def _answered(conversation: Conversation, message: str | None) -> bool:
    """Does what a message asks for; whether it could be done. Ctrl-C stops it, and only it.

    Args:
        conversation: the conversation.
        message: the message; None goes on with the turn that an earlier process began.
    """
    from ...tools.cancellation import Cancellation

    cancellation = Cancellation()
    try:
        with interrupts(cancellation):
            return conversation.take(message, cancellation)
    except (CancelledError, KeyboardInterrupt):
        conversation.failed(message, CancelledError("stopped", hint="the conversation goes on"))
    except ViscriptError as error:
        conversation.failed(message, error)
    return False


def _approval(terminal: Terminal, yes: bool) -> Callable[[Approval], bool] | None:
    """How approval is given: always, by the person who talks, or not in this process."""
    if yes:
        return lambda _: True
    if terminal.as_json or not sys.stdin.isatty():
        return None

    def confirm(approval: Approval) -> bool:
        for name, why in approval.tools.items():
            terminal.line((f"{name}: ", "bold"), why)
        try:
            return typer.confirm("Run this program?", default=False)
        except (typer.Abort, KeyboardInterrupt):
            return False

    return confirm


def _list(terminal: Terminal) -> None:
    """Prints the conversations, the latest first."""
    found = _conversations()
    for name, state in found.items():
        said = state["turns"][-1]["said"] if state["turns"] else ""
        pictures = ", ".join(one["name"] for one in state["pictures"])
        count = len(state["turns"])
        turns = "1 turn" if count == 1 else f"{count} turns"
        terminal.line((name, "bold"), f"  {pictures}, {turns}", (f"  {said}", "dim"), cut=True)
    if not found:
        terminal.line("there are no conversations yet: viscript chat photo.jpg")
    terminal.json({"threads": [_as_json(name, state) for name, state in found.items()]})


def _as_json(name: str, state: ChatState) -> dict[str, object]:
    opened = state["open"]
    return {
        "thread": name,
        "pictures": [one["name"] for one in state["pictures"]],
        "turns": [one["said"] for one in state["turns"]],
        "unfinished": None if opened is None else opened["said"],
    }


def _conversations() -> dict[str, ChatState]:
    from ...tools.folders import threads_folder
    from ..chat.keeper import Keeper
    from ..graph.threads import Threads

    threads = Threads(threads_folder())
    try:
        return dict(Keeper(threads).all())
    finally:
        threads.close()


def _talked_with(thread: str | None) -> Setup:
    """What a conversation was held with so far; of a new one, the defaults.

    Raises:
        InputError: there can be no such conversation.
    """
    from ...tools.folders import threads_folder
    from ..chat.keeper import folder_of
    from ..setup import Setup, setup_in

    return Setup() if thread is None else setup_in(folder_of(threads_folder(), thread))


def _latest() -> str:
    """The name of the latest conversation.

    Raises:
        InputError: there is none.
    """
    found = _conversations()
    if not found:
        raise InputError("there is no conversation yet", hint="begin one: viscript chat photo.jpg")
    return next(iter(found))
