"""Driving the graph for one request: from its beginning, or from where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from ...tools.errors import InputError
from .dependencies import Dependencies
from .state import AskState

if TYPE_CHECKING:
    from langgraph.types import Command

    from .graph import AskGraph
    from .threads import Threads


def continuation(graph: AskGraph, thread: str, approved: bool | None) -> Command[Any] | None:
    """What a stopped request goes on with.

    Raises:
        InputError: it waits for an approval and `approved` is None, or the other way round.
    """
    waiting = waits_for_approval(graph, thread)
    if waiting and approved is None:
        raise InputError(f"the request {thread} waits for an approval", hint="allow it or not")
    if approved is not None and not waiting:
        raise InputError(f"the request {thread} waits for no approval", hint="just go on with it")
    return None if approved is None else agreement(approved)


def waits_for_approval(graph: AskGraph, thread: str) -> bool:
    """Whether a request waits for an approval."""
    return any(one.interrupts for one in graph.get_state(config_of(thread)).tasks)


def parts_of_stream(
    graph: AskGraph, thread: str, given: AskState | Command[Any] | None, deps: Dependencies
) -> Iterator[dict[str, Any]]:
    """What LangGraph streams. Each node's state is on the disk before the next node begins."""
    from .graph import most_nodes

    asking = sum(bool(one.approval) for one in deps.toolbox.offered.values())
    return cast("Any", graph).stream(
        given,
        {**config_of(thread), "recursion_limit": most_nodes(deps.limits, asking)},
        context=deps,
        stream_mode=["custom", "updates"],
        durability="sync",
        version="v2",
    )


def forget_refused(threads: Threads, graph: AskGraph, thread: str) -> None:
    """Forgets a request that is refused before anything is done: there is nothing to go on with."""
    with suppress(InputError), threads.writing():
        state = graph.get_state(config_of(thread))
        if "recall" in state.next or not state.values:
            threads.forget(thread)


def config_of(thread: str) -> Any:
    """What LangGraph finds a request's state by."""
    return {"configurable": {"thread_id": thread}}


def agreement(agreed: bool) -> Command[Any]:
    """What a request that waits goes on with."""
    from langgraph.types import Command

    return Command(resume=agreed)
