"""The state of a conversation: what is on the disk between its turns. Text and handles only."""

from __future__ import annotations

from typing import Literal, TypedDict


class VersionState(TypedDict):
    """A picture as it was at some time: its file, the digest of its pixels, and its size.

    `turn` is the number of the turn that made it, 0 for the picture that the person gave.
    """

    path: str
    digest: str
    width: int
    height: int
    turn: int


class PictureState(TypedDict):
    """A picture of the conversation. The last version is the one as it is now."""

    name: str
    versions: list[VersionState]


class MentionState(TypedDict):
    """Something that a request spoke of and its program looked for.

    Args:
        noun: as the request has it: "people".
        name: of the regions in the run; empty when they were not kept.
        base: of the regions that they were chosen from, as later programs name them ("dogs_2");
            empty when they are all that were found.
        single: whether the value is one region and not a list.
        found: how many there were; None when that isn't known.
        minor: it only says where something else is: "sofa" in "the dog on the sofa".
        gone: the edit took it out of the picture.
        picture: the digest of the picture that it was found in.
    """

    noun: str
    name: str
    base: str
    single: bool
    found: int | None
    minor: bool
    gone: bool
    picture: str


class TurnState(TypedDict):
    """A turn that is over.

    Args:
        number: from 1; names of its run are known with it ("dogs_2").
        said: the person's words.
        request: the same as a request that stands on its own.
        program: the program of the answer, or the last that was tried.
        answer: the answer, or why there is none, on one line.
        ok: whether there is an answer.
        run: the folder of the run; empty when nothing ran.
        names: the names of the run whose values are kept.
        edited: the indexes of the pictures that it changed.
        view: the file of a picture that only shows the answer, such as boxes; or empty.
        undone: its edits were taken back.
        focus: the picture that it was about, -1 for all.
        mentions: what it spoke of.
        confidence: as of the answer.
        doubts: as of the answer.
    """

    number: int
    said: str
    request: str
    program: str
    answer: str
    ok: bool
    run: str
    names: list[str]
    edited: list[int]
    view: str
    undone: bool
    focus: int
    mentions: list[MentionState]
    confidence: float | None
    doubts: list[str]


class OpenState(TypedDict):
    """The turn that is being worked on; what is left of it when its process was killed.

    `thread` is the request of the agent, `known` what the words of it mean.
    """

    thread: str
    said: str
    request: str
    known: dict[str, str]
    focus: int


class AskedState(TypedDict):
    """What the person was asked about the words that could not be understood.

    Args:
        said: these words.
        word: the one that may mean several things.
        options: what it may mean.
    """

    said: str
    word: str
    options: list[str]


class ChatState(TypedDict):
    """A conversation.

    Args:
        pictures: in the order in which they came.
        focus: the index of the picture that requests are about, -1 for all.
        turns: oldest first.
        open: the turn that is being worked on.
        asked: what the next message may answer.
    """

    pictures: list[PictureState]
    focus: int
    turns: list[TurnState]
    open: OpenState | None
    asked: AskedState | None


ALL: Literal[-1] = -1
"""The focus on all pictures."""


def new_chat() -> ChatState:
    """A conversation that has not begun."""
    return ChatState(pictures=[], focus=ALL, turns=[], open=None, asked=None)
