"""The graph for LangGraph's own server, which `langgraph.json` names.

A client sends `{"request": "...", "images": ["/path/of/a/picture.jpg"]}`; the server opens these
files, so run it for people who may read what it can read. Profile and planner are the context.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...tools.folders import runs_folder
from ...tools.toolbox import Toolbox
from ..planners.connect import planner_from
from .dependencies import Dependencies
from .examples import examples_for
from .graph import AskGraph, built


@dataclass(frozen=True, slots=True)
class ServerContext:
    """What a client may choose.

    Args:
        profile: whose tools are used: a profile that comes with viscript.
        planner: who writes the programs: "embedded", or `provider:model`.
    """

    profile: str = "embedded"
    planner: str = "embedded"


def make_graph() -> AskGraph:
    """The graph; the server adds its own checkpointer."""
    return built(ServerContext, resolving())


def resolving() -> Callable[[ServerContext | None], Dependencies]:
    """Makes the dependencies of each context once."""
    made: dict[ServerContext, Dependencies] = {}

    def resolve(context: ServerContext | None) -> Dependencies:
        chosen = context or ServerContext()
        if chosen not in made:
            planner = planner_from(chosen.planner)
            toolbox = Toolbox.load(chosen.profile)
            made[chosen] = Dependencies(toolbox, planner, examples_for(planner), runs_folder())
        return made[chosen]

    return resolve
