"""`Agent`: answers requests about pictures, by programs that a planner writes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..tools.cancellation import Cancellation
from ..tools.errors import InputError
from ..tools.folders import runs_folder, threads_folder
from ..tools.memory_cache import MemoryCache
from ..tools.toolbox import Toolbox
from ..tools.values import ImageLike
from .answer import Answer, answer_from
from .asynchronous import followed
from .graph.dependencies import Dependencies, Examples, Limits
from .graph.driving import (
    agreement,
    config_of,
    continuation,
    forget_refused,
    parts_of_stream,
    waits_for_approval,
)
from .graph.events import Event
from .graph.examples import examples_for
from .graph.pictures import kept_files
from .graph.state import AskState, Earlier, nothing_earlier
from .outcome import Answered, Approval, AskEvent, answer_of, last_answer
from .planners.knowledge import informed
from .planners.planner import Planner
from .runs.folder import new_name
from .setup import Setup

if TYPE_CHECKING:
    from langgraph.types import Command

    from .chat.chat import Chat
    from .graph.graph import AskGraph
    from .graph.threads import Threads

    Begin = Callable[[], AskState | Command[Any] | None]
    """What the graph is given; called when nobody else works on the request."""


class Agent:
    """Answers requests about pictures.

        >>> agent = Agent()
        >>> agent.ask("photo.jpg", "How many dogs are there?").value

    Every request is a thread, kept on disk until it is over: a request that was stopped, or that
    waits for an approval, goes on with `resume`, in another process too. Finished steps don't run
    again, and a program that was written is not paid for again.

    Args:
        profile: whose tools it uses: a profile's name, the path of one, or a toolbox. Where that
            keeps no results, the agent does, in memory: no step of a request is paid for twice.
        planner: who writes the programs: "embedded", `provider:model`, or a planner.
        examples: finds worked examples for the planner; None: those of viscript and of the user.
        approve: asked before a program runs that calls tools which cost money, send a picture to
            another machine, or ask for it; None: the request stops, see `ApprovalNeededError`.
        limits: when it gives up.
        cross_check: before an answer is given, look a second time for what it rests on; costs one
            more call of each finding tool.
        runs: where runs are recorded; None for the user's own place.
        threads: where open requests are kept; None for the user's own place.

    Raises:
        InputError: there is no such profile or planner.
        ModelError: the planner can't be loaded.
    """

    def __init__(
        self,
        profile: str | Path | Toolbox = "embedded",
        planner: str | Planner = "embedded",
        *,
        examples: Examples | None = None,
        approve: Callable[[Approval], bool] | None = None,
        limits: Limits | None = None,
        cross_check: bool = True,
        runs: Path | None = None,
        threads: Path | None = None,
    ) -> None:
        toolbox = profile if isinstance(profile, Toolbox) else Toolbox.load(profile)
        self.planner = _planner(planner) if isinstance(planner, str) else planner
        self.toolbox = informed(toolbox, self.planner)
        self._examples = examples
        self._approve = approve
        self._limits = limits or Limits()
        self._cross_check = cross_check
        self._runs = runs or runs_folder()
        self._folder = threads or threads_folder()
        self._lock = threading.Lock()
        self._opened: tuple[Threads, AskGraph] | None = None
        self._memory = MemoryCache()

    def ask(
        self,
        images: ImageLike | Sequence[ImageLike],
        request: str,
        *,
        thread: str = "",
        cancellation: Cancellation | None = None,
    ) -> Answer:
        """The answer to a request; one that was given up has an `error`, and what was tried.

        Args:
            images: a picture, or several: of two, programs know `left` and `right`.
            request: what to find out or to do, in words.
            thread: a name for the request; None makes one.
            cancellation: stops it within a step.

        Raises:
            InputError: a picture or the request is not usable, a folder can't be written, or
                another process is working on the thread.
            ModelError: the planner can't be reached.
            ApprovalNeededError: a person must agree first, and `approve` was not given.
            CancelledError: it was stopped.
        """
        return last_answer(self.stream(images, request, thread=thread, cancellation=cancellation))

    def stream(
        self,
        images: ImageLike | Sequence[ImageLike],
        request: str,
        *,
        thread: str = "",
        earlier: Earlier | None = None,
        cancellation: Cancellation | None = None,
    ) -> Generator[AskEvent]:
        """The same as `ask`, told while it goes on; see `AskEvent`.

        `earlier` is what the request may refer to; `chat` sees to it.
        """
        threads, _ = self._open()
        thread = threads.of_request(thread or new_name())
        given = _listed(images)

        def begun() -> AskState:
            return AskState(
                request=request,
                images=kept_files(given, self.toolbox, threads, thread),
                **(earlier or nothing_earlier()),
            )

        return self._events(thread, begun, cancellation)

    def chat(
        self, images: ImageLike | Sequence[ImageLike] = (), *, thread: str | None = None
    ) -> Chat:
        """Begins a conversation about pictures, or goes on with one.

        Args:
            images: the pictures to talk about; those of a conversation that goes on are there.
            thread: the name of the conversation; None makes one.

        Raises:
            InputError: there is no picture, one can't be read, or the name is not one.
        """
        from .chat.chat import chat_of

        return chat_of(self, _listed(images), thread)

    def resume(
        self,
        thread: str,
        *,
        approved: bool | None = None,
        cancellation: Cancellation | None = None,
    ) -> Answer:
        """Goes on with a request that was stopped, or that waits for an approval.

        Args:
            thread: its name.
            approved: whether the program may run; None where that was not the question.
            cancellation: stops it within a step.

        Raises:
            InputError: there is no such request, `approved` doesn't fit its state, or another
                process is working on it.
            ModelError, ApprovalNeededError, CancelledError: as `ask`.
        """
        return last_answer(self.resume_stream(thread, approved=approved, cancellation=cancellation))

    def resume_stream(
        self,
        thread: str,
        *,
        approved: bool | None = None,
        cancellation: Cancellation | None = None,
    ) -> Generator[AskEvent]:
        """The same as `resume`, told while it goes on."""
        threads, graph = self._open()
        thread = threads.of_request(thread)

        def resumed() -> Command[Any] | None:
            if not threads.has(thread):
                raise InputError(
                    f"there is no open request {thread!r}",
                    hint="ask again: finished steps are kept",
                )
            if approved is None and self._approve is not None:
                # A request that waits for an approval asks again.
                return None
            return continuation(graph, thread, approved)

        return self._events(thread, resumed, cancellation)

    @property
    def setup(self) -> Setup:
        """What a request is asked with; it is kept beside the request."""
        return Setup.of(self.toolbox, self.planner, self._limits.votes)

    @property
    def threads(self) -> Threads:
        """Where open requests, and conversations, are kept."""
        return self._open()[0]

    def waits(self, thread: str) -> bool:
        """Whether a request waits for an approval."""
        _, graph = self._open()
        return waits_for_approval(graph, thread)

    async def aask(
        self,
        images: ImageLike | Sequence[ImageLike],
        request: str,
        *,
        thread: str = "",
        cancellation: Cancellation | None = None,
    ) -> Answer:
        """`ask`, without blocking the event loop."""
        events = self.astream(images, request, thread=thread, cancellation=cancellation)
        return answer_of([event async for event in events][-1])

    def astream(
        self,
        images: ImageLike | Sequence[ImageLike],
        request: str,
        *,
        thread: str = "",
        cancellation: Cancellation | None = None,
    ) -> AsyncGenerator[AskEvent]:
        """`stream`, without blocking the event loop: tools and models work in a thread.

        When the caller stops listening, the request is stopped.
        """
        return followed(
            lambda token: self.stream(images, request, thread=thread, cancellation=token),
            cancellation,
        )

    async def aresume(
        self,
        thread: str,
        *,
        approved: bool | None = None,
        cancellation: Cancellation | None = None,
    ) -> Answer:
        """`resume`, without blocking the event loop."""
        events = self.aresume_stream(thread, approved=approved, cancellation=cancellation)
        return answer_of([event async for event in events][-1])

    def aresume_stream(
        self,
        thread: str,
        *,
        approved: bool | None = None,
        cancellation: Cancellation | None = None,
    ) -> AsyncGenerator[AskEvent]:
        """`resume_stream`, without blocking the event loop; see `astream`."""
        return followed(
            lambda token: self.resume_stream(thread, approved=approved, cancellation=token),
            cancellation,
        )

    def _open(self) -> tuple[Threads, AskGraph]:
        """The threads on disk and the graph, when they are first needed."""
        from .graph.graph import ask_graph
        from .graph.threads import Threads

        with self._lock:
            if self._opened is None:
                threads = Threads(self._folder)
                self._opened = threads, ask_graph(threads.saver)
            return self._opened

    def _events(
        self, thread: str, begin: Begin, cancellation: Cancellation | None
    ) -> Generator[AskEvent]:
        """Works on a request, while nobody else does, until it is over or a person must agree."""
        threads, _ = self._open()
        with threads.lock(thread).held():
            approval = yield from self._worked_on(thread, begin, cancellation)
        if approval is not None:
            yield approval

    def _worked_on(
        self, thread: str, begin: Begin, cancellation: Cancellation | None
    ) -> Generator[AskEvent, None, Approval | None]:
        """Runs the graph until the request is over, or returns what a person must agree to."""
        threads, graph = self._open()
        approval: Approval | None = None
        over = False
        # The caller's token is theirs: it may be for other requests, too.
        with (cancellation or Cancellation()).part() as token:
            deps = self._dependencies(threads.files(thread), token)
            try:
                given = begin()
                with threads.writing():
                    self.setup.keep(threads.files(thread))
                while not over:
                    approval = None
                    # Named, so that it lives on until those who work for it were told to stop: to
                    # end, it waits for them.
                    parts = parts_of_stream(graph, thread, given, deps)
                    for part in parts:
                        if part["type"] == "custom":
                            yield cast("Event", part["data"])
                        elif interruptions := part["data"].get("__interrupt__"):
                            approval = Approval.of(thread, interruptions[0].value)
                    over = approval is None or self._approve is None
                    if approval is not None and self._approve is not None:
                        given = agreement(self._approve(approval))
            except sqlite3.Error as error:
                raise threads.unwritable(error) from error
            except InputError:
                forget_refused(threads, graph, thread)
                raise
        if approval is not None:
            return approval
        state = cast("AskState", graph.get_state(config_of(thread)).values)
        answer = answer_from(state, self.planner.name)
        try:
            yield Answered(answer)
        finally:
            # Not before: who keeps the answer, as a conversation does, may be killed meanwhile.
            threads.forget(thread)
        return None

    def _dependencies(self, scratch: Path, cancellation: Cancellation) -> Dependencies:
        if self._examples is None:
            self._examples = examples_for(self.planner)
        keeps = self.toolbox.cache is not None
        return Dependencies(
            toolbox=self.toolbox if keeps else self.toolbox.with_cache(self._memory),
            planner=self.planner,
            examples=self._examples,
            runs=self._runs,
            limits=self._limits,
            cross_check=self._cross_check,
            cancellation=cancellation,
            scratch=scratch,
        )


def _listed(images: ImageLike | Sequence[ImageLike]) -> Sequence[ImageLike]:
    if isinstance(images, Sequence) and not isinstance(images, str):
        return images
    return [images]


def _planner(name: str) -> Planner:
    from .planners.connect import planner_from

    return planner_from(name)
