"""`Chat`: a conversation about pictures, kept on disk turn by turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ...tools.cancellation import Cancellation
from ...tools.errors import InputError, ViscriptError
from ...tools.values import Image, ImageLike
from ..answer import Answer
from ..graph.locking import BusyError
from ..graph.state import no_usage
from ..outcome import Answered, ApprovalNeededError, AskEvent
from ..outcome import Approval as NeedsApproval
from ..runs.folder import new_name
from .album import Album
from .context import earlier_of, files_of, topic_of
from .edits import edits_of, file_of
from .events import Asked, ChatEvent, Switched, UnderstoodAs, Undone
from .followup import replied, understand
from .keeper import Keeper
from .meaning import Question, Understood
from .pictures import about
from .spoken import spoken
from .state import ALL, AskedState, ChatState, OpenState, TurnState, new_chat
from .turns import turn_of, with_bases

if TYPE_CHECKING:
    from ..agent import Agent


class UnclearError(InputError):
    """A message may mean several things: the next one may say which. The message is the question.

    Args:
        question: what the person is asked.
        options: what may be meant; none when that is open.
    """

    def __init__(self, question: str, options: Sequence[str] = ()) -> None:
        self.options = tuple(options)
        super().__init__(question, hint="say it in full, or answer with the name of what is meant")


class Chat:
    """A conversation about pictures; `Agent.chat` begins one, or goes on with one.

        >>> chat = Agent().chat("photo.jpg")
        >>> chat.ask("How many people are there?").value
        >>> chat.ask("blur everything else")
        >>> chat.undo()

    Follow-ups may refer to earlier turns. An edit makes the new picture the one that the next turn
    is about. After every turn the conversation is on the disk, under the name `thread`. Whoever
    talks finds it as it is there; while one works on it, the others get a `BusyError`.

    Args:
        agent: answers.
        thread: the name of the conversation.
        keeper: has it on disk.
    """

    def __init__(self, agent: Agent, thread: str, keeper: Keeper) -> None:
        self.thread = thread
        self._agent = agent
        self._keeper = keeper
        self._lock = keeper.lock(thread)
        self._state: ChatState = keeper.load(thread) or new_chat()
        self._album = Album(self._state, agent.toolbox, keeper, thread)

    @property
    def pictures(self) -> Sequence[Image]:
        """The pictures as they are now."""
        return self._album.pictures

    @property
    def picture(self) -> Image:
        """The picture that was shown last: the current one, or a drawing that answers.

        Raises:
            InputError: the conversation is about several, and none was shown.
        """
        return self._album.shown()

    @property
    def names(self) -> Sequence[str]:
        """What the pictures are called, in their order."""
        return [one["name"] for one in self._state["pictures"]]

    @property
    def focus(self) -> int | None:
        """The index of the picture that messages are about; None when they are about all."""
        return None if self._state["focus"] == ALL else self._state["focus"]

    @property
    def turns(self) -> Sequence[TurnState]:
        """The turns that are over, oldest first."""
        return self._state["turns"]

    @property
    def unfinished(self) -> str | None:
        """The words of the turn in which the last process ended; `go_on` finishes it."""
        opened = self._state["open"]
        return None if opened is None else opened["said"]

    @contextmanager
    def alone(self) -> Generator[None]:
        """Nobody else works on the conversation within the block, which begins with its last state.

        Raises:
            BusyError: somebody else does.
        """
        with self._lock.held():
            kept = self._keeper.load(self.thread)
            if kept is not None:
                self._state.update(kept)
            yield

    def ask(self, message: str, *, cancellation: Cancellation | None = None) -> Answer:
        """The answer to a message; one that was given up has an `error`.

        "Undo that" is understood too: its answer is the picture as it is then.

        Raises:
            UnclearError: the message may mean several things; the next one may say which.
            InputError, ModelError, ApprovalNeededError, CancelledError: as `Agent.ask`.
        """
        match deque(self.stream(message, cancellation=cancellation), maxlen=1)[0]:
            case Answered(answer=answer):
                return answer
            case Asked(question=question, options=options):
                raise UnclearError(question, options)
            case Undone(picture=picture):
                return _answer_of_undoing(message, picture, self._agent.planner.name)
            case NeedsApproval() as approval:
                raise ApprovalNeededError(approval)
            case _:
                raise AssertionError("the turn ended without an answer")

    def stream(
        self, message: str, *, cancellation: Cancellation | None = None
    ) -> Generator[ChatEvent]:
        """The same as `ask`, told while it goes on; see `ChatEvent`."""
        with self.alone():
            yield from self._answered(message, cancellation)

    def _answered(self, message: str, cancellation: Cancellation | None) -> Generator[ChatEvent]:
        message = " ".join(message.split())
        if not message:
            raise InputError("there is no message", hint="say what you want to know, or have done")
        self._drop_open()
        message = self._with_reply(message)
        command = spoken(message)
        if command is not None and command.name in ("undo", "restore"):
            yield self._undone(everything=command.name == "restore")
            return
        state = self._state
        last = state["turns"][-1]["request"] if state["turns"] else ""
        meant = about(message, self.names, state["focus"], last)
        if isinstance(meant, Question):
            yield self._asked(message, meant)
            return
        if meant.stays and meant.focus != state["focus"]:
            state["focus"] = meant.focus
            self._save()
            yield Switched(self.names[meant.focus])
        understood = self._understood(meant.message, meant.focus)
        if isinstance(understood, Question):
            yield self._asked(meant.message, understood)
            return
        if understood.words != message or understood.known:
            yield UnderstoodAs(understood.words, understood.known)
        state["open"] = OpenState(
            thread=new_name(),
            said=message,
            request=understood.request,
            known=dict(understood.known),
            focus=meant.focus,
        )
        self._save()
        yield from self._worked_on(cancellation)

    def go_on(
        self, *, approved: bool | None = None, cancellation: Cancellation | None = None
    ) -> Generator[ChatEvent]:
        """Finishes the turn that an earlier process began, or that waits for an approval.

        Args:
            approved: whether the program may run, where that was the question.
            cancellation: stops it within a step.

        Raises:
            InputError: there is no such turn.
        """
        with self.alone():
            if self._state["open"] is None:
                raise InputError("no turn of this conversation is unfinished", hint="ask something")
            yield from self._worked_on(cancellation, approved)

    def undo(self, *, everything: bool = False) -> Image:
        """Takes the last edit back; returns the picture as it is then.

        Args:
            everything: take all edits back.

        Raises:
            InputError: there is no edit to take back.
        """
        with self.alone():
            return self._undone(everything).picture

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Writes `picture` to a file; the extension chooses the format (png, jpg, webp).

        Args:
            path: the file.
            force: replace it when it exists.

        Raises:
            InputError: the file exists and `force` is off, or it can't be written.
        """
        target = Path(path).expanduser()
        if target.exists() and not force:
            raise InputError(f"{target} exists", hint="name another file, or pass force=True")
        return self.picture.save(target)

    def add(self, image: ImageLike) -> str:
        """Adds a picture, or takes the one of this file that is there; messages are about it then.

        Returns:
            What it is called.

        Raises:
            InputError: it can't be read, or there are too many.
        """
        with self.alone():
            self._state["focus"] = index = self._album.add(image)
            self._save()
        return self.names[index]

    def look_at(self, index: int | None) -> None:
        """Makes messages be about the picture of an index, or about all (None).

        Raises:
            InputError: there is no such picture.
        """
        if index is not None and not 0 <= index < len(self.names):
            raise InputError(f"there is no picture {index + 1}", hint="/image lists them")
        with self.alone():
            self._state["focus"] = ALL if index is None else index
            self._save()

    def described(self) -> list[dict[str, object]]:
        """Each picture as JSON data: its name, file and size, its edits, and whether messages are
        about it."""
        return [
            {
                "name": one["name"],
                "path": one["versions"][-1]["path"],
                "width": one["versions"][-1]["width"],
                "height": one["versions"][-1]["height"],
                "edits": len(one["versions"]) - 1,
                "current": self.focus in (None, index),
            }
            for index, one in enumerate(self._state["pictures"])
        ]

    def _with_reply(self, message: str) -> str:
        """The message that was unclear, when this one says what it means; or this one."""
        asked, self._state["asked"] = self._state["asked"], None
        if asked is None:
            return message
        whole = replied(asked["said"], asked["word"], asked["options"], message)
        return message if whole is None else whole

    def _understood(self, message: str, focus: int) -> Understood | Question:
        """The message in full; a planner that reads the conversation gets it as it is."""
        if self._reads:
            return Understood(message)
        return understand(message, topic_of(self._state, focus))

    @property
    def _reads(self) -> bool:
        return bool(getattr(self._agent.planner, "reads_conversation", False))

    def _asked(self, message: str, question: Question) -> Asked:
        self._state["asked"] = AskedState(
            said=message, word=question.word, options=list(question.options)
        )
        self._save()
        return Asked(question.text, question.options)

    def _undone(self, everything: bool) -> Undone:
        undone = self._album.undo(everything)
        self._save()
        return undone

    def _worked_on(
        self, cancellation: Cancellation | None, approved: bool | None = None
    ) -> Generator[ChatEvent]:
        """Works on the open turn until it is over, or a person must agree."""
        opened = self._state["open"]
        assert opened is not None
        try:
            for event in self._events(opened, cancellation, approved):
                if isinstance(event, Answered):
                    self._keep(event.answer, opened)
                yield event
        except BusyError:
            raise
        except ViscriptError:
            # What was stopped, or can't be done, is not gone on with: its steps are in the cache.
            self._drop_open()
            raise

    def _events(
        self, opened: OpenState, cancellation: Cancellation | None, approved: bool | None
    ) -> Generator[AskEvent]:
        agent, thread = self._agent, opened["thread"]
        if agent.threads.has(thread):
            return agent.resume_stream(thread, approved=approved, cancellation=cancellation)
        self._album.check(opened["focus"])
        earlier = earlier_of(self._state, opened["focus"], opened["known"], self._reads)
        return agent.stream(
            files_of(self._state, opened["focus"]),
            opened["request"],
            thread=thread,
            earlier=earlier,
            cancellation=cancellation,
        )

    def _keep(self, answer: Answer, opened: OpenState) -> None:
        """Keeps a turn that is over, and the pictures that it changed."""
        turn = turn_of(answer, opened, len(self._state["turns"]) + 1)
        with_bases(turn, topic_of(self._state, opened["focus"]), opened["known"])
        run = answer.details
        if turn["ok"] and run is not None:
            for index, image in edits_of(opened["request"], run):
                at = index if opened["focus"] == ALL else opened["focus"]
                self._album.edited(at, image, turn["number"], file_of(image, run))
                turn["edited"].append(at)
        self._state["turns"].append(turn)
        self._state["open"] = None
        self._save()

    def _drop_open(self) -> None:
        """Forgets the turn that is not over."""
        opened = self._state["open"]
        if opened is not None:
            self._agent.threads.forget(opened["thread"])
            self._state["open"] = None
            self._save()

    def _save(self) -> None:
        self._keeper.save(self.thread, self._state)


def chat_of(agent: Agent, images: Sequence[ImageLike], thread: str | None) -> Chat:
    """Begins a conversation, or goes on with one; see `Agent.chat`.

    Raises:
        InputError: there is no picture, one can't be read, or the name is not one.
    """
    keeper = Keeper(agent.threads)
    chat = Chat(agent, agent.threads.checked(thread or new_name()), keeper)
    begins = not chat.names
    if begins and not images:
        raise InputError(
            f"there is no conversation {thread!r}" if thread else "there is no picture",
            hint="name the pictures to talk about",
        )
    with chat.alone():
        for image in images:
            chat.add(image)
        if begins and len(images) > 1:
            chat.look_at(None)
        keeper.keep_setup(chat.thread, agent.setup)
    return chat


def _answer_of_undoing(message: str, picture: Image, planner: str) -> Answer:
    return Answer(
        request=message,
        planner=planner,
        value=picture,
        program="",
        steps=(),
        run=None,
        pictures=[picture],
        attempts=(),
        usage=no_usage(),
    )
