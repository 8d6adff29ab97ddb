"""The graph: recall, plan, check, approve, run, reflect, answer, and the ways back to plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph  # pyright: ignore[reportMissingTypeStubs]
from langgraph.graph.state import (  # pyright: ignore[reportMissingTypeStubs]
    CompiledStateGraph,
)
from langgraph.runtime import Runtime

from .approve import approve
from .check import check
from .conclude import conclude
from .dependencies import Dependencies, Limits, Tell
from .plan import plan
from .recall import recall
from .reflect import reflect
from .run import run
from .state import AskState

Context = TypeVar("Context")
Node = Callable[[AskState, Dependencies, Tell], AskState]
AskGraph = CompiledStateGraph[AskState, Any, AskState, AskState]

NEXT = {
    "checked": "approve",
    "approved": "run",
    "ran": "reflect",
    "planning": "plan",
    "decided": "answer",
}
"""The node that follows each stage of a draft."""


def ask_graph(checkpointer: BaseCheckpointSaver[Any] | None = None) -> AskGraph:
    """The graph; its runtime context is a `Dependencies`."""
    return built(Dependencies, lambda deps: deps, checkpointer)


def built(
    schema: type[Context],
    resolve: Callable[[Context], Dependencies],
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> AskGraph:
    """The graph for a runtime context of some type.

    Args:
        schema: the type of the context.
        resolve: makes the dependencies of the nodes from it.
        checkpointer: keeps the state after each node.
    """

    def node(work: Node) -> Callable[[AskState, Runtime[Any]], AskState]:
        def step(state: AskState, runtime: Runtime[Any]) -> AskState:
            return work(state, resolve(runtime.context), runtime.stream_writer)

        return step

    # LangGraph's annotations have parts that strict checking calls unknown.
    graph: Any = StateGraph(AskState, context_schema=cast("Any", schema))
    graph.add_node("recall", node(recall))
    graph.add_node("plan", node(plan))
    graph.add_node("check", node(check))
    graph.add_node("approve", node(approve))
    graph.add_node("run", node(run))
    graph.add_node("reflect", node(reflect))
    graph.add_node("answer", node(conclude))
    graph.add_edge(START, "recall")
    graph.add_edge("recall", "plan")
    graph.add_edge("plan", "check")
    graph.add_conditional_edges("check", _next, ["approve", "plan", "answer"])
    graph.add_conditional_edges("approve", _next, ["run", "plan", "answer"])
    graph.add_conditional_edges("run", _next, ["reflect", "approve"])
    graph.add_conditional_edges("reflect", _next, ["plan", "answer"])
    graph.add_edge("answer", END)
    return graph.compile(checkpointer=checkpointer)


def most_nodes(limits: Limits, asking: int) -> int:
    """The most nodes that a request can take; LangGraph's own limit must lie above it.

    Args:
        limits: when the agent gives up.
        asking: how many tools a person must agree to: for each, a run may go back to `approve`.
    """
    return 2 + (5 + 2 * asking) * limits.plans + 1


def diagram() -> str:
    """The graph in Mermaid's notation, drawn from the graph itself."""
    return ask_graph().get_graph().draw_mermaid()


def _next(state: AskState) -> str:
    return NEXT[state.get("stage", "planning")]
