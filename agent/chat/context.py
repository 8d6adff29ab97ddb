"""What earlier turns give to the next request: its topic, the values that it may name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..graph.state import Earlier, ExchangeState, GivenState
from ..program.tree import ANSWER
from .state import ALL, ChatState, MentionState, PictureState, TurnState, VersionState
from .topic import EarlierTurn, Mention, Topic

EXCHANGES = 8
"""Turns that a planner reads."""
VALUE_TURNS = 6
"""Turns whose values are in scope."""
NAMES = 12
"""Names of one of these turns."""
ORIGINAL = "original"
"""The name of the picture as it was given, once it was edited."""
_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.IGNORECASE)


def topic_of(state: ChatState, focus: int) -> Topic:
    """What was said so far, for a message about a picture, or about all."""
    turns = [
        EarlierTurn(
            turn["request"],
            [_mention(one, turn, state, focus) for one in turn["mentions"]],
            edited=bool(turn["edited"]) and not turn["undone"],
        )
        for turn in state["turns"]
    ]
    return Topic(turns, [one["name"] for one in state["pictures"]], focus)


def files_of(state: ChatState, focus: int) -> list[str]:
    """The files of the pictures that a request is about, as they are now."""
    return [one["versions"][-1]["path"] for one in _pictures(state, focus)]


def earlier_of(state: ChatState, focus: int, known: Mapping[str, str], reads: bool) -> Earlier:
    """What a request may refer to.

    Args:
        state: the conversation.
        focus: the picture that the request is about, -1 for all.
        known: what its nouns mean.
        reads: whether the planner reads the conversation; one that doesn't is given only what the
            request was understood to mean.
    """
    given = _given(state, focus)
    if not reads:
        named = {name for one in known.values() for name in _NAME.findall(one)}
        given = [one for one in given if one["name"] in named]
    versions = {
        version["digest"]: at
        for at, picture in enumerate(_pictures(state, focus))
        for version in same_size(picture)
    }
    exchanges = [_exchange(one) for one in state["turns"][-EXCHANGES:]] if reads else []
    return Earlier(conversation=exchanges, given=given, versions=versions, known=dict(known))


def same_size(picture: PictureState) -> list[VersionState]:
    """The versions of a picture that have the size of the last: things are where they were."""
    now = picture["versions"][-1]
    size = now["width"], now["height"]
    return [one for one in picture["versions"] if (one["width"], one["height"]) == size]


def _pictures(state: ChatState, focus: int) -> Sequence[PictureState]:
    return state["pictures"] if focus == ALL else [state["pictures"][focus]]


def _exchange(turn: TurnState) -> ExchangeState:
    taken_back = " (the person undid this)" if turn["undone"] else ""
    return ExchangeState(
        request=turn["said"], program=turn["program"], answer=turn["answer"] + taken_back
    )


def _given(state: ChatState, focus: int) -> list[GivenState]:
    """The values in scope, the latest turn first; of equal names the first counts."""
    found: dict[str, GivenState] = {}

    def give(name: str, source: str, value: str) -> None:
        found.setdefault(name, GivenState(name=name, source=source, value=value))

    if len(state["pictures"]) > 1:
        for number, picture in enumerate(state["pictures"], 1):
            give(f"picture_{number}", picture["versions"][-1]["path"], "")
    if focus != ALL and len(state["pictures"][focus]["versions"]) > 1:
        give(ORIGINAL, state["pictures"][focus]["versions"][0]["path"], "")
    for turn in reversed(state["turns"][-VALUE_TURNS:]):
        names = turn["names"][:NAMES] if turn["ok"] else []
        for name in [*names, *([ANSWER] if turn["ok"] else [])]:
            give(f"{name}_{turn['number']}", turn["run"], name)
    return list(found.values())


def _mention(one: MentionState, turn: TurnState, state: ChatState, focus: int) -> Mention:
    """A mention, with the expressions that mean its regions where these can still be used."""
    gone = one["gone"] and not turn["undone"]
    number = turn["number"]
    here = [] if focus == ALL else same_size(state["pictures"][focus])
    usable = not gone and any(version["digest"] == one["picture"] for version in here)
    recent = number > len(state["turns"]) - VALUE_TURNS
    value = others = every = ""
    if usable and recent and one["name"]:
        name = f"{one['name']}_{number}"
        value = f"[{name}]" if one["single"] else name
        if one["base"]:
            every = one["base"]
            chosen = f"x != {name}" if one["single"] else f"x not in {name}"
            others = f"[x for x in {every} if {chosen}]"
    return Mention(
        one["noun"],
        one["found"],
        value=value,
        others=others,
        every=every,
        minor=one["minor"],
        gone=gone,
        where=_where(one, state) if focus == ALL else "",
    )


def _where(one: MentionState, state: ChatState) -> str:
    """Words that say in which of two pictures something is."""
    if len(state["pictures"]) != 2:
        return ""
    for side, picture in zip(("left", "right"), state["pictures"], strict=True):
        if any(version["digest"] == one["picture"] for version in picture["versions"]):
            return f"in the {side} picture"
    return ""
