"""The state of the graph: what is kept between its nodes, and on disk while a request is open.

Only text and handles: pictures are files with a digest, runs are folders. Plain dicts, lists and
strings, so that a checkpoint can be read without making an object of any class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NotRequired, TypedDict

from ...tools.errors import Kind
from ..planners.planner import Attempt, Marked, Usage


class PictureState(TypedDict):
    """A picture: its file, the digest of its pixels, and what it is in a line."""

    path: str
    digest: str
    summary: str


class ExampleState(TypedDict):
    """A worked example, as `planners.planner.Example`."""

    request: str
    program: str
    why: str


class ExchangeState(TypedDict):
    """An earlier turn of the conversation, as `planners.planner.Exchange`."""

    request: str
    program: str
    answer: str


class GivenState(TypedDict):
    """A value that the program may name, beside its pictures.

    `source` is the folder of the run that made it and `value` its name there; or `source` is the
    file of a picture, and `value` is empty.
    """

    name: str
    source: str
    value: str


class Earlier(TypedDict):
    """What a request of a conversation may refer to; the keys are `AskState`'s."""

    conversation: list[ExchangeState]
    given: list[GivenState]
    versions: dict[str, int]
    known: dict[str, str]


def nothing_earlier() -> Earlier:
    """Before a request that is nobody's follow-up."""
    return Earlier(conversation=[], given=[], versions={}, known={})


class MarkedState(TypedDict):
    """A picture with numbered regions: its file, and what each number stands on."""

    path: str
    marks: list[str]


class AttemptState(TypedDict):
    """A program, or a cell of one, and what became of it; see `planners.planner.Attempt`.

    `final` is False for a cell after which the planner wants to look. `kept` tells that the cell
    ran, so that the next one goes on after it. `run` is the folder of its run, or empty. `marked`
    are pictures for a planner that looks at them; they go when the request is over. `refused` is
    what the profile can't do for any picture, where that is why it failed, or only declines.
    `calls` are its calls of tools, without those of earlier cells; `cached` are those whose result
    was there already.
    """

    source: str
    final: bool
    diagnostics: list[dict[str, Any]]
    observations: list[str]
    error: str
    advice: str
    run: str
    kept: bool
    marked: list[MarkedState]
    refused: str
    calls: int
    cached: int


class UsageState(TypedDict):
    """What all calls of the planner took; `cost` is None while no call could tell."""

    calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    seconds: float


class VoteState(TypedDict):
    """An answer in words, and how many programs came to it."""

    answer: str
    programs: int


class Outcome(TypedDict):
    """How a request ended.

    `run` is the folder that has the answer, or empty when the agent gave up; `error` then says why,
    and `kind` which branch of the tree of errors that is. `doubts` are reasons not to trust the
    answer; `confidence` is between 0 and 1. `votes` is what the programs came to, the answer first;
    empty where there was one program only.
    """

    run: str
    error: str
    kind: NotRequired[Kind]
    hint: str
    doubts: list[str]
    confidence: float | None
    votes: list[VoteState]


Stage = Literal["planning", "checked", "approved", "ran", "decided"]
"""How far the draft has come; "decided" once the request has its answer, or is given up."""


class AskState(TypedDict, total=False):
    """What the graph knows about one request.

    Args:
        request: the person's words.
        images: the files of the pictures.
        pictures: the same once they were opened.
        conversation: the earlier turns of the conversation, oldest first.
        given: values of earlier turns that the program may name.
        versions: for the digest of an earlier version of a picture, the index of that picture:
            regions found in the one are regions of the other.
        known: for a noun of the request, what the program may say instead of looking for it.
        folder: where the first run is recorded; later ones get a number.
        examples: the worked examples nearest to the request.
        ballots: what was tried for each program that has its vote already.
        attempts: what was tried for this program and is over, oldest first.
        draft: what is being tried.
        stage: how far the draft has come.
        declined: tools that the person did not allow for this request.
        withheld: tools that a run held back, because nobody has agreed to them.
        usage: what the planner took so far.
        outcome: how it ended.
    """

    request: str
    images: list[str]
    pictures: list[PictureState]
    conversation: list[ExchangeState]
    given: list[GivenState]
    versions: dict[str, int]
    known: dict[str, str]
    folder: str
    examples: list[ExampleState]
    ballots: list[list[AttemptState]]
    attempts: list[AttemptState]
    draft: AttemptState | None
    stage: Stage
    declined: list[str]
    withheld: list[str]
    usage: UsageState
    outcome: Outcome | None


def new_attempt(source: str, final: bool = True, error: str = "") -> AttemptState:
    """What a planner just wrote."""
    return AttemptState(
        source=source,
        final=final,
        diagnostics=[],
        observations=[],
        error=error,
        advice="",
        run="",
        kept=False,
        marked=[],
        refused="",
        calls=0,
        cached=0,
    )


def attempt_of(state: AttemptState, marked: Sequence[Marked] = ()) -> Attempt:
    """An attempt as planners see it."""
    return Attempt(
        source=state["source"],
        diagnostics=state["diagnostics"],
        observations=state["observations"],
        error=state["error"],
        advice=state["advice"],
        marked=marked,
    )


def no_usage() -> UsageState:
    """Before the planner is called."""
    return UsageState(calls=0, input_tokens=0, output_tokens=0, cost=None, seconds=0.0)


def added(usage: UsageState, call: Usage) -> UsageState:
    """The usage with one more call of the planner."""
    costs = [one for one in (usage["cost"], call.cost) if one is not None]
    return UsageState(
        calls=usage["calls"] + 1,
        input_tokens=usage["input_tokens"] + call.input_tokens,
        output_tokens=usage["output_tokens"] + call.output_tokens,
        cost=sum(costs) if costs else None,
        seconds=usage["seconds"] + call.seconds,
    )


def tried_in(state: AskState) -> list[AttemptState]:
    """All attempts that are over, of all programs."""
    earlier = [one for ballot in state.get("ballots", []) for one in ballot]
    return [*earlier, *state.get("attempts", [])]


def cells_of(attempts: Sequence[AttemptState]) -> str:
    """The cells that ran so far, as the start of the program."""
    return "".join(f"{one['source'].rstrip()}\n" for one in attempts if one["kept"])


def draft_of(state: AskState) -> AttemptState:
    """The attempt in progress; only for nodes that follow `plan`."""
    draft = state.get("draft")
    assert draft is not None, "there is nothing to look at before the planner has written"
    return draft


def program_of(state: AskState) -> str:
    """The program as it would run now: the cells that ran, and the draft."""
    return cells_of(state.get("attempts", [])) + draft_of(state)["source"]
